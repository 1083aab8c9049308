import { assertThrows } from "jsr:@std/assert@1";
import { claimPath } from "./claim_path.ts";
import { AppError } from "./errors.ts";

Deno.test("claimed paths: one has a path until it lets go", () => {
  {
    using _one = claimPath("/in/film");
    using _other = claimPath("/in/film.mkv");
    assertThrows(() => claimPath("/in/film"), AppError, 'Another download writes to "/in/film"');
  }
  using _again = claimPath("/in/film");
});
