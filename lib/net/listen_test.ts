import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "jsr:@std/assert@1";
import { NO_IPV6 } from "../../tests/support/no_ipv6.ts";
import { skippable } from "../../tests/support/programs.ts";
import { replaced } from "../../tests/support/stand_ins.ts";
import { Connection } from "./connection.ts";
import { NetError } from "./errors.ts";
import { listen, type Listening } from "./listen.ts";

const LINUX = Deno.build.os === "linux";

/** Takes connections, and hands them out in the order in which they came. */
function taken(listening: Listening) {
  const { readable, writable } = new TransformStream<Deno.TcpConn>();
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const errors: unknown[] = [];
  const accepting = listening.accept(
    (conn) => void writer.write(conn),
    (error) => void errors.push(error),
  );
  return { accepting, errors, next: async () => (await reader.read()).value! };
}

function bindError(act: () => unknown): string {
  const error = assertThrows(act, NetError);
  assertEquals([error.code, error.fault], ["bind", "local"]);
  assert(error.cause instanceof Error);
  return error.message;
}

Deno.test("listen: one address, on a free port", async () => {
  const listening = listen({ host: "127.0.0.1", port: 0 });
  const { port } = listening;
  assert(port > 0);
  assertEquals(listening.addresses, [{ host: "127.0.0.1", port }]);
  const { accepting, errors, next } = taken(listening);
  for (let n = 0; n < 3; n++) {
    using theirs = await Deno.connect({ hostname: "127.0.0.1", port });
    using ours = await next();
    assertEquals(ours.remoteAddr.port, theirs.localAddr.port);
  }
  listening.close();
  await accepting;
  listening.close();
  assertEquals(errors, [], "an end that was asked for is no error");
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }));
});

skippable("listen: one IPv6 address", NO_IPV6, async () => {
  using listening = listen({ host: "::1", port: 0 });
  const { port } = listening;
  assertEquals(listening.addresses, [{ host: "::1", port }]);
  const { accepting, next } = taken(listening);
  using _theirs = await Deno.connect({ hostname: "::1", port });
  using ours = new Connection(await next());
  assertEquals(ours.remoteHost, "::1");
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }));
  listening.close();
  await accepting;
});

skippable("listen: every address means IPv4 and IPv6, on the same port", NO_IPV6, async () => {
  using listening = listen({ port: 0 });
  const { port } = listening;
  assertEquals(listening.addresses, [{ host: "0.0.0.0", port }, { host: "::", port }]);
  const { accepting, next } = taken(listening);
  for (const hostname of ["127.0.0.1", "::1", "127.0.0.1"]) {
    using _theirs = await Deno.connect({ hostname, port });
    using ours = new Connection(await next());
    assertEquals(ours.remoteHost, hostname, "an IPv4 address comes as one");
  }
  listening.close();
  await accepting;
  for (const hostname of ["127.0.0.1", "::1"]) {
    await assertRejects(() => Deno.connect({ hostname, port }));
  }
});

/** Stands in for a machine where no IPv6 socket can be opened. */
function withoutIpv6(): Disposable {
  const real = Deno.listen;
  const fake = (options: Deno.TcpListenOptions) => {
    if (!options.hostname?.includes(":")) return real(options);
    throw new Error("Address family not supported by protocol (os error 97)");
  };
  return replaced(Deno, "listen", fake as unknown as typeof Deno.listen);
}

Deno.test("listen: without IPv6, every address means IPv4", async () => {
  using _without = withoutIpv6();
  using listening = listen({ port: 0 });
  const { port } = listening;
  assertEquals(listening.addresses, [{ host: "0.0.0.0", port }]);
  const { accepting, next } = taken(listening);
  using _theirs = await Deno.connect({ hostname: "127.0.0.1", port });
  using _ours = await next();
  listening.close();
  await accepting;
});

Deno.test("listen: a port that is taken", () => {
  using first = listen({ host: "127.0.0.1", port: 0 });
  const { port } = first;
  assertEquals(
    bindError(() => listen({ host: "127.0.0.1", port })),
    `127.0.0.1:${port} is in use by another program`,
  );
  using _without = withoutIpv6();
  using all = listen({ port: 0 });
  assertEquals(
    bindError(() => listen({ port: all.port })),
    `0.0.0.0:${all.port} is in use by another program`,
  );
});

skippable("listen: a port that is taken for all addresses", NO_IPV6, () => {
  using first = listen({ port: 0 });
  assertMatch(bindError(() => listen({ port: first.port })), /:\d+ is in use by another program$/);
  assertEquals(
    bindError(() => listen({ host: "::", port: first.port })),
    `[::]:${first.port} is in use by another program`,
  );
  return Promise.resolve();
});

skippable(
  "listen: every address cannot be had where one of them is taken",
  NO_IPV6 ?? (LINUX ? undefined : "only Linux keeps one address and all addresses apart"),
  () => {
    for (const host of ["127.0.0.1", "::1"]) {
      using first = listen({ host, port: 0 });
      const { port } = first;
      assertMatch(bindError(() => listen({ port })), /:\d+ is in use by another program$/, host);
    }
    return Promise.resolve();
  },
);

Deno.test("listen: an address that is not this machine's, or none at all", () => {
  for (const host of ["192.0.2.1", "no address"]) {
    assert(bindError(() => listen({ host, port: 0 })).startsWith(`${host}:0: `));
  }
});

Deno.test("listen: a failed accept is tried again, and told, but not each time that it fails", async () => {
  using real = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const failures = [
    new Error("Too many open files (os error 24)"),
    new Deno.errors.ConnectionAborted("Software caused connection abort (os error 103)"),
  ];
  const [full, aborted] = failures;
  let left = [full, full, aborted, full];
  const fake = {
    addr: real.addr,
    accept: () => {
      const [failure, ...others] = left;
      left = others;
      return failure ? Promise.reject(failure) : real.accept();
    },
    close: () => real.close(),
  };
  using _listen = replaced(Deno, "listen", (() => fake) as unknown as typeof Deno.listen);
  const listening = listen({ host: "127.0.0.1", port: 0 });
  const { accepting, errors, next } = taken(listening);
  using _theirs = await Deno.connect({ hostname: "127.0.0.1", port: real.addr.port });
  using _ours = await next();
  assertEquals(errors, failures);
  listening.close();
  await accepting;
});
