/** Why nothing can be tried over IPv6, or undefined when it can. */
export const NO_IPV6: string | undefined = noIpv6();

function noIpv6(): string | undefined {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return undefined;
  } catch {
    return "this machine has no IPv6";
  }
}
