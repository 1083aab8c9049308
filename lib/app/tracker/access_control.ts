import { messageOf } from "../../base/errors.ts";
import { Access, type AccessLists } from "../../tracker/access.ts";
import type { AccessFiles, AppContext, TrackerOptions } from "../types.ts";
import { readAccessLists } from "./access_lists.ts";
import { KeyWatch } from "./key_watch.ts";

/**
 * Keeps up to date who may use a tracker: the lists, which are read again when somebody asks, and the
 * keys, which are read again when they have changed.
 */
export class AccessControl implements Disposable {
  readonly access = new Access();
  readonly #files: AccessFiles;
  readonly #log: AppContext["log"];
  #keys: KeyWatch | undefined;
  #reading: Promise<void> | undefined;
  #again = false;

  private constructor(files: AccessFiles, { log }: AppContext) {
    this.#files = files;
    this.#log = log;
  }

  /**
   * @throws {AppError} `file_read` or `invalid_input` when a list cannot be used, `file_open` when the
   * keys cannot.
   */
  static async open(
    { lists = {}, keys }: Pick<TrackerOptions, "lists" | "keys">,
    context: AppContext,
  ): Promise<AccessControl> {
    const control = new AccessControl(lists, context);
    control.access.lists = await readAccessLists(lists);
    control.#tell("uses");
    if (keys !== undefined) control.#keys = new KeyWatch(keys, control.access, context.log);
    return control;
  }

  [Symbol.dispose](): void {
    this.#keys?.[Symbol.dispose]();
  }

  /** Reads the lists again; if one cannot be used, all stay as they were, and the log tells why. */
  async reload(): Promise<void> {
    this.#again = true;
    await (this.#reading ??= this.#read().finally(() => this.#reading = undefined));
  }

  async #read(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        this.access.lists = await readAccessLists(this.#files);
        this.#tell("read again");
      } catch (error) {
        this.#log("error", `the lists stay as they were: ${messageOf(error)}`);
      }
    }
  }

  #tell(how: string): void {
    const sizes = sizesOf(this.access.lists);
    if (sizes.length > 0) this.#log("info", `${how} lists: ${sizes.join(", ")}`);
  }
}

function sizesOf(lists: AccessLists): string[] {
  const { allowHashes, denyHashes, allowAddresses, denyAddresses } = lists;
  const all = [
    [allowHashes, "allowed hashes"],
    [denyHashes, "denied hashes"],
    [allowAddresses, "allowed networks"],
    [denyAddresses, "denied networks"],
  ] as const;
  return all.flatMap(([set, name]) => set ? [`${set.size} ${name}`] : []);
}
