/** A worker's side of `SqliteThread`; imported elsewhere, it does nothing. */
import { messageOf } from "../base/errors.ts";
import { type SavedBatch, StoreError, type StoreErrorCode } from "../tracker/store.ts";
import { SqliteStore } from "./sqlite_store.ts";

/** The name that makes a worker of this module. */
export const SQLITE_WORKER_NAME = "mini-torrent state";

/** Batches of one answer to `read`. */
const READ_AT_ONCE = 16;

/** What a worker is asked; `open` comes first, `close` last. */
export type SqliteRequest =
  | { readonly kind: "open"; readonly path: string }
  | { readonly kind: "append"; readonly batch: SavedBatch }
  | { readonly kind: "forget"; readonly until: number; readonly most: number }
  /** The next batches; from the first one on if it is `first`. */
  | { readonly kind: "read"; readonly first: boolean }
  | { readonly kind: "close" };

/** How the store stands after a request. */
export interface SqliteFigures {
  readonly records: number;
  readonly newest: number;
  readonly savedAt: number | undefined;
}

/** What a worker says: `ready` first, then one answer to each request, in their order. */
export type SqliteAnswer =
  | { readonly kind: "ready" }
  | {
    readonly kind: "done";
    readonly figures: SqliteFigures;
    /** To `forget`: whether there are more. */
    readonly more?: boolean;
    /** To `read`; none: there are no more. */
    readonly batches?: readonly SavedBatch[];
  }
  | { readonly kind: "failed"; readonly code: StoreErrorCode; readonly message: string };

interface WorkerScope {
  readonly name?: string;
  onmessage: ((event: MessageEvent<SqliteRequest>) => void) | null;
  postMessage(message: SqliteAnswer, transfer?: ArrayBufferLike[]): void;
}

const scope = self as unknown as WorkerScope;

let store: SqliteStore | undefined;
let reading: AsyncIterator<SavedBatch> | undefined;
let working: Promise<void> = Promise.resolve();

if (scope.name === SQLITE_WORKER_NAME) {
  scope.onmessage = ({ data }) => working = working.then(() => answer(data));
  scope.postMessage({ kind: "ready" });
}

async function answer(request: SqliteRequest): Promise<void> {
  try {
    const said = await act(request);
    const { records = 0, newest = 0, savedAt } = store ?? {};
    const transfer = said.batches?.map(({ data }) => data.buffer) ?? [];
    scope.postMessage({ kind: "done", figures: { records, newest, savedAt }, ...said }, transfer);
  } catch (error) {
    const code = error instanceof StoreError ? error.code : "failed";
    scope.postMessage({ kind: "failed", code, message: messageOf(error) });
  }
}

async function act(
  request: SqliteRequest,
): Promise<{ more?: boolean; batches?: readonly SavedBatch[] }> {
  if (request.kind === "open") {
    store = new SqliteStore(request.path);
    return {};
  }
  if (!store) throw new StoreError("failed", "the store is not open");
  switch (request.kind) {
    case "append":
      await store.append(request.batch);
      return {};
    case "forget":
      return { more: await store.forget(request.until, request.most) };
    case "read":
      if (request.first || !reading) reading = store.load();
      return { batches: await nextOf(reading) };
    case "close":
      await store[Symbol.asyncDispose]();
      return {};
    default:
      return request satisfies never;
  }
}

async function nextOf(batches: AsyncIterator<SavedBatch>): Promise<SavedBatch[]> {
  const found: SavedBatch[] = [];
  while (found.length < READ_AT_ONCE) {
    const { done, value } = await batches.next();
    if (done) break;
    found.push(value);
  }
  return found;
}
