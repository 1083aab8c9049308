import { createHash, timingSafeEqual } from "node:crypto";
import { addressGroup } from "../../base/ip.ts";
import { RateLimiter } from "../../tracker/rate_limiter.ts";
import { httpCredential } from "../../wire/http_credential.ts";
import type { HttpRequest } from "../../wire/http_request.ts";

/** Wrong tokens that one address may try at once, and a second in the long run. */
const TRIES = { burst: 5, rate: 0.1, maxKeys: 10_000 };

/** A token that can be sent in a header (RFC 6750, section 2.1), and cannot be guessed soon. */
const TOKEN = /^(?=.{16,200}$)[A-Za-z0-9\-._~+/]+=*$/;

/** What a token must be, for people. */
export const ADMIN_TOKEN_FORM = "16 to 200 letters, digits and - . _ ~ + /";

/** Whether text can be an admin token. */
export function isAdminToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Lets those see everything who have the admin token. */
export class AdminGate {
  #token: Uint8Array | undefined;
  readonly #failures = new RateLimiter(TRIES);

  /** @param token Absent: nobody is let in. */
  constructor(token: string | undefined) {
    this.change(token);
  }

  /** Takes another token in place of the one before. */
  change(token: string | undefined): void {
    this.#token = token === undefined ? undefined : digest(token);
  }

  /** Whether there is a token at all. */
  get isOpen(): boolean {
    return this.#token !== undefined;
  }

  /**
   * Whether a request bears the token. An address that tried too many wrong ones is not let in for a
   * while, whatever it bears.
   *
   * @param now Monotonic milliseconds.
   */
  lets({ headers }: HttpRequest, host: string, now: number): boolean {
    const told = httpCredential(headers.get("authorization"));
    if (told === undefined || !this.#token) return false;
    const who = addressGroup(host);
    if (!this.#failures.has(who, now)) return false;
    if (timingSafeEqual(this.#token, digest(told))) return true;
    this.#failures.take(who, now);
    return false;
  }
}

/** Digests have one length, and say nothing of where two texts differ. */
function digest(text: string): Uint8Array {
  return createHash("sha256").update(text, "latin1").digest();
}
