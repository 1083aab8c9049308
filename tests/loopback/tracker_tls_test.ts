/** The HTTP door of the tracker through TLS. */
import { assert, assertEquals, assertMatch, assertRejects } from "jsr:@std/assert@1";
import { join } from "node:path";
import { AppError } from "../../lib/app/errors.ts";
import { parseHttpAnswer } from "../../lib/wire/http_answer.ts";
import { ANNOUNCERS, escaped } from "../support/announcers.ts";
import { StandingClock, trackerHere, Watched } from "../support/in_process.ts";
import { LineClient } from "../support/line_client.ts";
import { OTHER_TLS } from "../support/other_tls.ts";
import { temporaryFolder } from "../support/programs.ts";
import { TLS } from "../support/tls.ts";

const ANNOUNCE = `/announce?info_hash=${"%11".repeat(20)}&peer_id=${escaped("aa".repeat(20))}`;

/** A folder with the files of a certificate. */
async function filesOf({ cert, key }: { cert: string; key: string }) {
  const folder = await temporaryFolder();
  const files = { cert: join(folder.path, "cert.pem"), key: join(folder.path, "key.pem") };
  await Deno.writeTextFile(files.cert, cert);
  await Deno.writeTextFile(files.key, key);
  return { files, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** Asks once. @returns The head and the body of the answer. */
async function get(
  port: number | undefined,
  target: string,
  authority: string,
): Promise<[string, Uint8Array]> {
  const plain = await Deno.connect({ hostname: "127.0.0.1", port: port! });
  using conn = await Deno.startTls(plain, { hostname: "tracker.example", caCerts: [authority] });
  await conn.write(new TextEncoder().encode(`GET ${target} HTTP/1.0\r\n\r\n`));
  const bytes = new Uint8Array(100_000);
  let length = 0;
  for (;;) {
    const count = await conn.read(bytes.subarray(length));
    if (count === null) break;
    length += count;
  }
  const text = String.fromCharCode(...bytes.subarray(0, length));
  const end = text.indexOf("\r\n\r\n") + 4;
  return [text.slice(0, end), bytes.subarray(end, length)];
}

Deno.test("tracker tls: it serves over TLS, and over nothing else on that port", async () => {
  await using certificate = await filesOf(TLS);
  const context = new Watched();
  await using tracker = await trackerHere({ httpPort: 0, tls: certificate.files }, context);
  const { httpPort, port } = tracker;
  const [head, body] = await get(httpPort, `${ANNOUNCE}&port=1&left=0`, TLS.authority);
  assertMatch(head, /^HTTP\/1\.1 200 OK\r\n/);
  const said = parseHttpAnswer(body);
  assertEquals(said.kind === "answer" && said.answer.seeders, 1);
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: httpPort! });
  await conn.write(new TextEncoder().encode("GET /healthz HTTP/1.0\r\n\r\n"));
  await context.logged(/debug 127\.0\.0\.1 speaks no TLS with us/);
  assertEquals(await ANNOUNCERS.udp(tracker, { hash: "11".repeat(20) }), "OK");
  using client = await LineClient.connect(port);
  const counts = {
    size: 1,
    left: 0,
    uploaded: 0,
    downloaded: 0,
    peer_id: "bb".repeat(20),
    port: 2,
  };
  const told = { v1: "11".repeat(20), name: "x", ...counts };
  const [answer] = await client.ask(`ANNOUNCE ${JSON.stringify(told)}`);
  const { http_port, https_port } = JSON.parse(answer!.slice(3));
  assertEquals([http_port, https_port], [undefined, httpPort]);
});

Deno.test("tracker tls: another certificate counts from a reload on, one that is none does not", async () => {
  await using certificate = await filesOf(TLS);
  const context = new Watched();
  await using tracker = await trackerHere({ httpPort: 0, tls: certificate.files }, context);
  await Deno.writeTextFile(certificate.files.cert, OTHER_TLS.cert);
  await tracker.reload();
  await context.logged(/error the certificate stays as it was: .*key is not that of the cert/);
  assertMatch((await get(tracker.httpPort, "/healthz", TLS.authority))[0], / 200 OK/);
  await Deno.writeTextFile(certificate.files.key, OTHER_TLS.key);
  await tracker.reload();
  await context.logged(/info read again the certificate/);
  assertMatch((await get(tracker.httpPort, "/healthz", OTHER_TLS.authority))[0], / 200 OK/);
  await assertRejects(() => get(tracker.httpPort, "/healthz", TLS.authority));
});

Deno.test("tracker tls: who does not finish the handshake is closed, and holds no room", async () => {
  await using certificate = await filesOf(TLS);
  const clock = new StandingClock();
  const context = new Watched({ clock });
  const options = { httpPort: 0, tls: certificate.files, maxConnectionsPerAddress: 2 };
  await using tracker = await trackerHere(options, context);
  const { httpPort } = tracker;
  const silent: Deno.TcpConn[] = [];
  for (let n = 0; n < 2; n++) {
    silent.push(await Deno.connect({ hostname: "127.0.0.1", port: httpPort! }));
  }
  await silent[1]!.write(new Uint8Array([22, 3, 1, 2, 0, 1]));
  await until(() => tracker.snapshot().connections === 2);
  await assertRejects(() => get(httpPort, "/healthz", TLS.authority));
  clock.advance(5_001);
  for (const conn of silent) {
    assert(await conn.read(new Uint8Array(100)).catch(() => null) === null);
    conn.close();
  }
  await until(() => tracker.snapshot().connections === 0);
  await context.logged(/debug 127\.0\.0\.1 speaks no TLS with us: its handshake was not done in/);
  assertMatch((await get(httpPort, "/healthz", TLS.authority))[0], / 200 OK/);
});

Deno.test("tracker tls: what is no certificate and its key ends the start, and is named", async () => {
  const table: [{ cert: string; key: string }, RegExp][] = [
    [{ ...TLS, key: OTHER_TLS.key }, /cert\.pem and .*key\.pem .*key is not that of the certif/],
    [{ ...TLS, cert: "" }, /cert\.pem .*the file of the certificate has none/],
  ];
  for (const [identity, message] of table) {
    await using certificate = await filesOf(identity);
    const start = () => trackerHere({ httpPort: 0, tls: certificate.files });
    const error = await assertRejects(start, AppError) as AppError;
    assertEquals(error.code, "invalid_input");
    assertMatch(error.message, message);
  }
  const tls = { cert: join("no", "cert.pem"), key: join("no", "key.pem") };
  const error = await assertRejects(() => trackerHere({ httpPort: 0, tls }), AppError) as AppError;
  assertEquals(error.code, "file_read");
  assertMatch(error.message, /cert\.pem cannot be read/);
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!holds()) {
    assert(performance.now() < deadline);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
