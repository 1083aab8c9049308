/** A connection as far as bytes go, over TCP or TLS. */
export interface ByteConn {
  /** Reads what there is; null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes. @returns How many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Tells the other end that no more will come. */
  closeWrite(): Promise<void>;
  close(): void;
}

/** One that was accepted. */
export interface AcceptedConn extends ByteConn {
  /** Resolves when all of its sockets are closed; absent: they are once it is told to close. */
  readonly ended?: Promise<void>;
  /** Has what is written be sent without waiting for the other end to confirm what came before. */
  setNoDelay(): void;
}
