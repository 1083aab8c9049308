import { assertEquals, assertThrows } from "jsr:@std/assert@1";
import { AppError } from "../app/errors.ts";
import { parseCommandLine } from "./flags.ts";
import { namedTrackers } from "./named_trackers.ts";
import { PEER_SPEC } from "./peer_spec.ts";

const trackersOf = (args: string[], env: Record<string, string> = {}) =>
  namedTrackers(parseCommandLine(PEER_SPEC, args, (name) => env[name]).flags);

Deno.test("named trackers: those of the line protocol are told the key, others have their own", () => {
  const url = "http://127.0.0.1:6969/k/announce";
  const args = ["list", "x", "--tracker", "127.0.0.1", "--tracker", url];
  const line = { host: "127.0.0.1", port: 8000 };
  assertEquals(trackersOf(args), [line, url]);
  assertEquals(trackersOf([...args, "--tracker-key", "k"]), [{ ...line, key: "k" }, url]);
  const fromEnv = trackersOf(args, { MINI_TORRENT_TRACKER_KEY: "k" });
  assertEquals(fromEnv, [{ ...line, key: "k" }, url]);
});

Deno.test("named trackers: what can be no key is refused, and not shown", () => {
  const error = assertThrows(() => trackersOf(["list", "x", "--tracker-key", "my key"]), AppError);
  const { message } = error as unknown as AppError;
  assertEquals(message.includes("my key"), false, message);
});

Deno.test("named trackers: URLs of trackers that cannot be asked are refused as such", () => {
  for (const url of ["wss://tracker.example/announce", "ftp://tracker.example"]) {
    assertThrows(
      () => trackersOf(["list", "x", "--tracker", url]),
      AppError,
      "is none that can be asked: write HOST:PORT, or a URL that begins with tcp",
    );
  }
});
