import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Redis } from "npm:ioredis@5";
import { messageOf } from "../base/errors.ts";
import { StoreError } from "../tracker/store.ts";
import { placeOf, type RedisAddress } from "./redis_address.ts";

/** How long a connection may take, and an answer; a tracker that stops has 5 s in all. */
const CONNECT_MS = 2_000;
const ANSWER_MS = 2_000;

/** How long the other end may take to close. */
const CLOSE_MS = 500;

/** A script of Lua that a server runs in one step. */
export class RedisScript {
  readonly text: string;
  readonly sha1: string;

  constructor(text: string) {
    this.text = text;
    this.sha1 = createHash("sha1").update(text).digest("hex");
  }
}

/** What a script answers: bulk strings, whole numbers, and lists of these; null: nothing. */
export type RedisAnswer = Uint8Array | number | null | readonly RedisAnswer[];

/** Runs scripts on a server; a connection that is lost is made anew for the next one. */
export class RedisClient implements AsyncDisposable {
  readonly #address: RedisAddress;
  #redis: Redis | undefined;
  #connecting: Promise<Redis> | undefined;

  constructor(address: RedisAddress) {
    this.#address = address;
  }

  /**
   * Runs a script.
   *
   * @throws {StoreError} `failed`, `full`, `foreign`, `newer`, or `unavailable` when the server does
   * not take the user or the password.
   */
  async run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number | Uint8Array)[],
  ): Promise<RedisAnswer> {
    const given = [keys.length, ...keys, ...args.map(bufferOf)];
    const isNew = this.#redis === undefined;
    const redis = await this.#connection();
    try {
      return await redis.callBuffer("EVALSHA", [script.sha1, ...given])
        .catch((error) => {
          if (!/^NOSCRIPT/.test(messageOf(error))) throw error;
          return redis.callBuffer("EVAL", [script.text, ...given]);
        }) as RedisAnswer;
    } catch (error) {
      const said = messageOf(error);
      const isOver = redis.status !== "ready" || /writeable|is closed/.test(said);
      const known = this.#errorOf(said, error);
      // Another one may lead to another server, as where a name moves from one that only reads now.
      if (isOver || known.code === "failed") this.#leave(redis);
      // It may have been over for long: a new one tells whether the server is away.
      if (isOver && !isNew) return await this.run(script, keys, args);
      throw known;
    }
  }

  /** Closes the connection; the next script opens another. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connecting?.catch(() => {});
    if (this.#redis) this.#leave(this.#redis);
  }

  async #connection(): Promise<Redis> {
    if (this.#redis?.status === "ready") return this.#redis;
    if (this.#redis) this.#leave(this.#redis);
    this.#connecting ??= this.#connect().finally(() => this.#connecting = undefined);
    return this.#redis = await this.#connecting;
  }

  async #connect(): Promise<Redis> {
    const { host, port, database, tls, user, password } = this.#address;
    let redis: Redis | undefined;
    let said = "";
    try {
      checkPermissions(host, port);
      // Not before it is needed: it takes a tenth of a second and reads the environment.
      const ioredis = await import("npm:ioredis@5");
      redis = new ioredis.Redis({
        host,
        port,
        db: database,
        ...user !== undefined && { username: user },
        ...password !== undefined && { password },
        ...tls && { tls: {} },
        lazyConnect: true,
        retryStrategy: () => null,
        enableOfflineQueue: false,
        enableReadyCheck: false,
        disableClientInfo: true,
        autoResendUnfulfilledCommands: false,
        maxRetriesPerRequest: 0,
        connectTimeout: CONNECT_MS,
        commandTimeout: ANSWER_MS,
        disconnectTimeout: CLOSE_MS,
        keepAlive: 10_000,
      });
      redis.on("error", (error) => said ||= messageOf(error));
      await redis.connect();
      if (said !== "") throw new Error(said);
      return redis;
    } catch (error) {
      redis?.disconnect();
      throw this.#errorOf(said || messageOf(error), error);
    }
  }

  #leave(redis: Redis): void {
    if (this.#redis === redis) this.#redis = undefined;
    redis.disconnect();
  }

  #errorOf(message: string, cause: unknown): StoreError {
    if (cause instanceof StoreError) return cause;
    const said = message.replace(/\.$/, "");
    const place = placeOf(this.#address);
    // Errors of ioredis carry the command that failed, the password among its arguments.
    const error = (code: StoreError["code"], what: string) =>
      new StoreError(code, `${place} ${what}`, { cause: new Error(message) });
    if (/^(WRONGPASS|NOAUTH|NOPERM)|AUTH.*password|unauthenticated/i.test(said)) {
      return error("unavailable", `refuses us: ${said}; name another user or password with --db`);
    }
    if (/certificate|altnames|unable to verify/i.test(said)) {
      const todo = "name a file of those whom you trust to sign it with DENO_CERT";
      return error("unavailable", `shows a certificate that is not trusted: ${said}; ${todo}`);
    }
    if (/\bFOREIGN\b|^WRONGTYPE/.test(said)) {
      const what = "has something else under the tracker's keys ({mini-torrent}:…)";
      return error("foreign", `${what}, and is left alone; choose another database with --db`);
    }
    if (/\bNEWER\b/.test(said)) {
      return error("newer", "was written by a newer tracker; use that one, or another database");
    }
    if (/^OOM|\bOOM\b/.test(said)) {
      return error("full", "has no more memory (maxmemory); give it more");
    }
    if (
      /ECONN|ENOTFOUND|EAI_AGAIN|EHOST|ENET|ETIMEDOUT|timed out|closed|dns|writeable/i.test(said)
    ) {
      return error("failed", `cannot be reached: ${said}`);
    }
    return error("failed", `cannot be used: ${said}`);
  }
}

function bufferOf(value: string | number | Uint8Array): string | Buffer {
  if (!(value instanceof Uint8Array)) return String(value);
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function checkPermissions(host: string, port: number): void {
  const needed = [
    [{ name: "env" }, "read the environment, as ioredis does", "--allow-env"],
    [{ name: "net", host: `${host}:${port}` }, `connect to ${host}:${port}`, "--allow-net"],
  ] as const;
  for (const [permission, what, flag] of needed) {
    if (Deno.permissions.querySync(permission).state === "granted") continue;
    const message = `Deno has no permission to ${what}; give it with ${flag}`;
    throw new StoreError("unavailable", message);
  }
}
