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
