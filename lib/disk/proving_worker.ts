/** A worker's side of {@linkcode PieceHashing}; imported elsewhere, it does nothing. */
import { type PieceAsk, PieceRoom } from "./piece_room.ts";

/** The name that makes a worker of this module. */
export const PROVING_NAME = "mini-torrent proving";

/** A piece that is to be hashed where it is. */
export interface ProvingRequest {
  readonly memory: SharedArrayBuffer;
  readonly pieceLength: number;
  readonly ask: PieceAsk;
}

/** Bytes between two collections of garbage, of which hashes leave more than V8 knows. */
const COLLECT_LENGTH = 256 * 1024 * 1024;

interface WorkerScope {
  readonly name?: string;
  onmessage: ((event: MessageEvent<ProvingRequest>) => void) | null;
  postMessage(message: null): void;
  /** V8's, where the program asks for it. */
  readonly gc?: () => void;
}

const scope = self as unknown as WorkerScope;

/** Bytes that were hashed since the last collection. */
let uncollected = 0;

if (scope.name === PROVING_NAME) {
  scope.onmessage = ({ data: { memory, pieceLength, ask } }) => {
    new PieceRoom(memory, pieceLength).hash(ask);
    scope.postMessage(null);
    uncollected += ask.length;
    if (uncollected < COLLECT_LENGTH) return;
    uncollected = 0;
    scope.gc?.();
  };
  scope.postMessage(null);
}
