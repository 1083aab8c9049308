/** A worker's side of {@linkcode PieceHashing}; imported elsewhere, it does nothing. */
import { collectAfter } from "./hash_garbage.ts";
import { type PieceAsk, PieceRoom } from "./piece_room.ts";

/** The name that makes a worker of this module. */
export const PROVING_NAME = "mini-torrent proving";

/** A piece that is to be hashed where it is. */
export interface ProvingRequest {
  readonly memory: SharedArrayBuffer;
  readonly pieceLength: number;
  readonly ask: PieceAsk;
}

interface WorkerScope {
  readonly name?: string;
  onmessage: ((event: MessageEvent<ProvingRequest>) => void) | null;
  postMessage(message: null): void;
}

const scope = self as unknown as WorkerScope;

if (scope.name === PROVING_NAME) {
  scope.onmessage = ({ data: { memory, pieceLength, ask } }) => {
    new PieceRoom(memory, pieceLength).hash(ask);
    scope.postMessage(null);
    collectAfter(ask.length);
  };
  scope.postMessage(null);
}
