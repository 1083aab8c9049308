/**
 * Tells the other end that no more will come, and reads what is still under way, for at most
 * `timeoutMs`, so that it is not answered with a reset that could overtake our words. The connection
 * is still to be closed.
 */
export async function awaitLastWords(
  conn: Pick<Deno.TcpConn, "closeWrite">,
  read: (into: Uint8Array, timeoutMs: number) => Promise<number | null>,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const scratch = new Uint8Array(4096);
  try {
    await conn.closeWrite();
    for (let left = timeoutMs; left > 0; left = deadline - performance.now()) {
      if (await read(scratch, left) === null) break;
    }
  } catch {
    // The other end is gone already: what it should have read, it has or never will.
  }
}
