import { assertEquals } from "jsr:@std/assert@1";
import { Validator } from "npm:@seriousme/openapi-schema-validator@2";
import { API_DOCUMENT } from "./api_document.ts";

Deno.test("api document: it is one of OpenAPI 3.1", async () => {
  const validator = new Validator();
  // As it is served: what JSON leaves out is not there.
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(API_DOCUMENT)));
  assertEquals([validator.version, valid, errors], ["3.1", true, undefined]);
});
