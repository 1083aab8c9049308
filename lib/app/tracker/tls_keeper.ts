import { messageOf } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { NetError } from "../../net/errors.ts";
import { TlsFront } from "../../net/tls_front.ts";
import type { TlsIdentity } from "../../net/tls_inside.ts";
import { AppError } from "../errors.ts";
import type { TlsFiles } from "../types.ts";

/** The most bytes of a file with certificates or a key. */
const MAX_BYTES = 1024 * 1024;

/** The certificate of a tracker, from its files, which are read again when somebody asks. */
export class TlsKeeper implements Disposable {
  readonly front: TlsFront;
  readonly #files: TlsFiles;
  readonly #log: Log;

  private constructor(files: TlsFiles, front: TlsFront, log: Log) {
    this.#files = files;
    this.front = front;
    this.#log = log;
  }

  /** @throws {AppError} `file_read`; `invalid_input` where they are no certificate and its key. */
  static async open(files: TlsFiles, log: Log): Promise<TlsKeeper> {
    const identity = await readIdentity(files);
    return new TlsKeeper(files, usable(files, () => new TlsFront(identity)), log);
  }

  /** Reads the files again; what cannot be used changes nothing, and the log tells why. */
  async reload(): Promise<void> {
    try {
      const identity = await readIdentity(this.#files);
      usable(this.#files, () => this.front.renew(identity));
      this.#log("info", `read again the certificate ${this.#files.cert}`);
    } catch (error) {
      this.#log("error", `the certificate stays as it was: ${messageOf(error)}`);
    }
  }

  [Symbol.dispose](): void {
    this.front[Symbol.dispose]();
  }
}

async function readIdentity({ cert, key }: TlsFiles): Promise<TlsIdentity> {
  return { cert: await readPem(cert), key: await readPem(key) };
}

async function readPem(path: string): Promise<string> {
  try {
    const { size, isFile } = await Deno.stat(path);
    if (isFile && size > MAX_BYTES) throw new Error(`it has over ${MAX_BYTES} bytes`);
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = messageOf(error).replace(/ \(os error \d+\).*$/s, "");
    throw new AppError("file_read", `${path} cannot be read: ${why}.`, { cause: error });
  }
}

function usable<T>({ cert, key }: TlsFiles, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    const text = `${cert} and ${key} cannot be used for TLS: ${messageOf(error)}.`;
    throw new AppError("invalid_input", text, { cause: error });
  }
}
