/**
 * The few calls of the C library that a cheap load generator needs, Linux only. Memory is told by its
 * address, so that no view is made for a call.
 */
const { symbols } = Deno.dlopen("libc.so.6", {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "usize", "u32"], result: "i32" },
  connect: { parameters: ["i32", "usize", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "usize", "u32"], result: "i32" },
  send: { parameters: ["i32", "usize", "usize", "i32"], result: "i32" },
  recv: { parameters: ["i32", "usize", "usize", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "usize"], result: "i32" },
  epoll_pwait2: { parameters: ["i32", "usize", "i32", "usize", "usize"], result: "i32" },
});

const AF_INET = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const EPOLL_CTL_ADD = 1;
/** Readable, writable, hung up; told once for each change. */
const EPOLLIN = 1;
const EPOLLOUT = 4;
const EPOLLET = 0x8000_0000;
const MOST_EVENTS = 1_024;
const EVENT_BYTES = Deno.build.arch === "x86_64" ? 12 : 16;

/** Memory with an address that does not change. */
export interface Memory {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly address: bigint;
  readonly size: bigint;
}

/** New memory of at least a page, so that it is not in V8's own heap. */
export function memory(length: number): Memory {
  const bytes = new Uint8Array(new ArrayBuffer(Math.max(4_096, length)));
  const size = BigInt(bytes.length);
  return { bytes, size, address: BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes))) };
}

const scratch = memory(4_096);
const scratchView = new DataView(scratch.bytes.buffer);

/** A socket that never blocks. @param from The loopback address that it sends from. */
export function openSocket(type: "tcp" | "udp", from?: string): number {
  const fd = symbols.socket(AF_INET, (type === "tcp" ? 1 : 2) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new Error("no socket is left: raise the limit of open files");
  if (from !== undefined) {
    writeAddress(from, 0);
    if (type === "tcp") {
      // The port is chosen with the address it leads to: else there are 28,000 for all.
      scratchView.setUint32(64, 1, true);
      symbols.setsockopt(fd, 0, 24, scratch.address + 64n, 4);
    }
    symbols.bind(fd, scratch.address, 16);
  }
  if (type === "tcp") {
    scratchView.setUint32(64, 1, true);
    symbols.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, scratch.address + 64n, 4);
  }
  return fd;
}

/** Begins to connect: whether it did is told by the first send. */
export function connect(fd: number, host: string, port: number): void {
  writeAddress(host, port);
  symbols.connect(fd, scratch.address, 16);
}

/** Sends a part of memory. @returns Bytes taken, or less than 0. */
export function send(fd: number, from: Memory, at: number, length: number): number {
  return symbols.send(fd, from.address + BigInt(at), BigInt(length), MSG_NOSIGNAL);
}

/** @returns Bytes read, 0 at the end, or less than 0. */
export function recv(fd: number, into: Memory): number {
  return symbols.recv(fd, into.address, into.size, 0);
}

export function close(fd: number): void {
  symbols.close(fd);
}

/** Waits for many sockets at once. */
export class Poll {
  readonly #fd = symbols.epoll_create1(SOCK_CLOEXEC);
  readonly #events = memory(MOST_EVENTS * EVENT_BYTES);
  readonly #view = new DataView(this.#events.bytes.buffer);

  /** @param key What tells the socket from others. */
  add(fd: number, key: number): void {
    scratchView.setUint32(0, (EPOLLIN | EPOLLOUT | EPOLLET) >>> 0, true);
    scratchView.setUint32(EVENT_BYTES - 8, key, true);
    scratchView.setUint32(EVENT_BYTES - 4, 0, true);
    if (symbols.epoll_ctl(this.#fd, EPOLL_CTL_ADD, fd, scratch.address) < 0) {
      throw new Error("a socket cannot be waited for");
    }
  }

  /** Waits for at most so long. @returns How many are ready; {@linkcode key} and its kin tell which. */
  wait(ms: number): number {
    const ns = Math.max(0, Math.round(ms * 1e6));
    scratchView.setUint32(128, Math.floor(ns / 1e9), true);
    scratchView.setUint32(136, ns % 1e9, true);
    return symbols.epoll_pwait2(
      this.#fd,
      this.#events.address,
      MOST_EVENTS,
      scratch.address + 128n,
      0n,
    );
  }

  key(at: number): number {
    return this.#view.getUint32(at * EVENT_BYTES + EVENT_BYTES - 8, true);
  }

  /** Whether there is something to read, or an end. */
  readable(at: number): boolean {
    return (this.#view.getUint32(at * EVENT_BYTES, true) & ~EPOLLOUT) !== 0;
  }
}

function writeAddress(host: string, port: number): void {
  scratchView.setUint16(0, AF_INET, true);
  scratchView.setUint16(2, port);
  for (const [at, part] of host.split(".").entries()) scratchView.setUint8(4 + at, Number(part));
  scratchView.setBigUint64(8, 0n);
}
