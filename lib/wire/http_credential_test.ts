import { assertEquals } from "jsr:@std/assert@1";
import { httpCredential } from "./http_credential.ts";

Deno.test("http credential: a bearer's token, or the password beside any name", () => {
  const table: [string | undefined, string | undefined][] = [
    ["Bearer abc", "abc"],
    ["bearer  a.b_c", "a.b_c"],
    [`Basic ${btoa("anna:secret:too")}`, "secret:too"],
    [`basic ${btoa(":k")}`, "k"],
    [`Basic ${btoa("anna:")}`, ""],
    [undefined, undefined],
    ["", undefined],
    ["Bearer", undefined],
    ["Bearer a b", undefined],
    [`Bearer ${"a".repeat(201)}`, undefined],
    ["Basic !", undefined],
    ["Basic a", undefined],
    [`Basic ${btoa("anna")}`, undefined],
    ["Digest abc", undefined],
  ];
  for (const [header, wanted] of table) assertEquals(httpCredential(header), wanted, header);
});
