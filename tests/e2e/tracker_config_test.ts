import { assert, assertEquals, assertMatch, assertStringIncludes } from "jsr:@std/assert@1";
import { inRoot } from "../../scripts/packages.ts";
import { classicAsk } from "../support/originals.ts";
import { type Ended, Program, temporaryFolder } from "../support/programs.ts";

async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  await using program = new Program("tracker", args, { env });
  return await program.ended();
}

Deno.test("tracker config: a tracker runs by its file, the environment beats it, and flags both", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/tracker.toml`;
  await Deno.writeTextFile(
    file,
    'host = "127.0.0.1"\nport = 0\nno-http = true\njson = true\nlog-level = "debug"\n',
  );
  const env = { MINI_TORRENT_CONFIG: file, MINI_TORRENT_LOG_LEVEL: "warn" };
  await using tracker = new Program("tracker", [], { env });
  const [line, port] = await tracker.out(/"addresses":\["127\.0\.0\.1:(\d+)"\]/);
  assert(!line.includes("http_port"));
  assertEquals(await classicAsk(Number(port), "GETPEERS nothing\n"), "\n");

  const { code, out } = await run(["config", "check", "--json=no", "--port", "1"], env);
  assertEquals(code, 0);
  for (
    const row of [
      /^host +127\.0\.0\.1 +file .*tracker\.toml$/m,
      /^port +1 +flag --port$/m,
      /^no-http +true +file /m,
      /^db +:memory: +environment MINI_TORRENT_DB$/m,
      /^log-level +warn +environment MINI_TORRENT_LOG_LEVEL$/m,
      /^announce-rate +10 +default$/m,
    ]
  ) assertMatch(out, row);
});

Deno.test("tracker config: what is wrong with a file ends the tracker and the check alike", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/tracker.toml`;
  await Deno.writeTextFile(file, 'prot = 9000\nhttp-port = "6969"\n');
  const said = [
    `${file}: unknown key "prot". Did you mean port?\n`,
    `${file}: http-port = "6969": a whole number from 0 to 65535 is expected.\n`,
  ].join("");
  for (const command of [[], ["config", "check"]]) {
    const { code, out, err } = await run([...command, "--config", file]);
    assertEquals([code, out, err], [64, "", said]);
  }
  await Deno.writeTextFile(file, 'tls-cert = "cert.pem"\nadmin-token = "0123456789abcdef"\n');
  const half = await run(["config", "check", "--config", file]);
  assertEquals([half.code, half.out], [64, ""]);
  assertStringIncludes(half.err, "--tls-cert and --tls-key go together");
  for (
    const [flags, said] of [
      ["--tls-key key.pem", /cert\.pem cannot be read/],
      ["--trust-proxy abc", /"abc" is not an IP address or a network/],
      [`--allow-hashes ${file}`, /tracker\.toml line 1: .* is no info-hash/],
      ["--torrents none", /The folder of torrents "none" cannot be read/],
    ] as const
  ) {
    const config = flags.startsWith("--tls") ? ["--config", file] : [];
    const wrong = await run(["config", "check", ...config, ...flags.split(" ")]);
    assertEquals([wrong.code, wrong.out], [64, ""], flags);
    assertMatch(wrong.err, said);
  }
  await Deno.writeTextFile(file, 'admin-token = "0123456789abcdef"\n');
  const secret = await run(["config", "check", "--config", file]);
  assertEquals(secret.code, 0);
  assertMatch(secret.out, /^admin-token +\(secret\) +file /m);
  const none = await run(["config", "check", "--config", `${file}.none`]);
  assertEquals(none.code, 6);
  assertStringIncludes(none.err, "there is no such file");
});

Deno.test("tracker config: the example of the documents is right", async () => {
  const { code, out } = await run(["config", "check", "--config", inRoot("docs/tracker.toml")]);
  assertEquals(code, 0);
  assertMatch(out, /^port +8000 +file /m);
});
