/** A TCP port that nobody listens on at this moment, on any address. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  return listener.addr.port;
}
