import { assertEquals } from "jsr:@std/assert@1";
import { clientCode } from "./client_code.ts";

function codeOf(id: string): string {
  const bytes = new TextEncoder().encode(id);
  const view = new DataView(bytes.buffer);
  return clientCode([view.getUint32(0), view.getUint32(4)]);
}

Deno.test("client code: what real clients call themselves is understood, the rest is not", () => {
  const codes: readonly [id: string, code: string][] = [
    ["-TR4050-abcdefghijkl", "TR"],
    ["-qB4520-0123456789ab", "qB"],
    ["-lt0D80-............", "lt"],
    ["-WW0208-abcdefghijkl", "WW"],
    ["-MT0100-abcdefghijkl", "MT"],
    ["M7-9-2--abcdefghijkl", "M"],
    ["M4-20-8-abcdefghijkl", "M"],
    ["T03H-----a1b2c3d4e5f", "T"],
    ["S58B-----a1b2c3d4e5f", "S"],
    ["A2-1-37-0-abcdefghij", "A2"],
    ["exbc0LORDabcdefghijk", ""],
    ["abcdefghijklmnopqrst", ""],
    ["-<b>01--abcdefghijkl", ""],
    ["\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", ""],
  ];
  for (const [id, code] of codes) assertEquals([id, codeOf(id)], [id, code]);
});
