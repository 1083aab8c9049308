/// <reference lib="dom" />
import type { PeersPage } from "../../app/tracker/api_types.ts";
import type { PeersState } from "../views/tools.ts";
import { ask } from "./ask.ts";

/** Addresses of a share's peers, and the admin token that opens them: kept in this tab alone. */
export class PeerAccess {
  readonly #hash: string;
  readonly #show: (state: PeersState) => void;
  #page: PeersPage | undefined;

  constructor(hash: string, show: (state: PeersState) => void) {
    this.#hash = hash;
    this.#show = show;
  }

  /** Uses the token that was used in this tab before, if one was. */
  resume(): void {
    const token = sessionStorage.getItem("admin-token");
    if (token !== null) this.open(token);
  }

  async open(token: string): Promise<void> {
    this.#show({ busy: true });
    await this.#ask(token, 0);
  }

  async more(): Promise<void> {
    const token = sessionStorage.getItem("admin-token");
    const next = this.#page?.next;
    if (token !== null && next !== undefined) await this.#ask(token, next);
  }

  /** Asks anew for what is shown. */
  async refresh(): Promise<void> {
    const token = sessionStorage.getItem("admin-token");
    // Who looks at further pages is not sent back to the first.
    if (token !== null && this.#page && this.#page.peers.length <= 100) await this.#ask(token, 0);
  }

  close(): void {
    sessionStorage.removeItem("admin-token");
    this.#page = undefined;
    this.#show({ busy: false });
  }

  async #ask(token: string, after: number): Promise<void> {
    const answer = await ask<PeersPage>(
      `/api/v1/shares/${this.#hash}/peers?limit=100&after=${after}`,
      token,
    );
    if (answer.kind === "failed") {
      if (answer.status === 401 || answer.status === 403) sessionStorage.removeItem("admin-token");
      this.#page = undefined;
      return this.#show({ busy: false, problem: answer.problem });
    }
    sessionStorage.setItem("admin-token", token);
    const before = after === 0 ? [] : this.#page?.peers ?? [];
    this.#page = { ...answer.value, peers: [...before, ...answer.value.peers] };
    this.#show({ busy: false, page: this.#page });
  }
}
