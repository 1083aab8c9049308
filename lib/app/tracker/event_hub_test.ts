import { assertEquals, assertMatch } from "jsr:@std/assert@1";
import { EventHub } from "./event_hub.ts";
import type { HttpStreaming } from "./http_answer.ts";

/** What a hub tells of, as a test wants it. */
class Source {
  time = 0;
  count = 1;
  changed = 0;
  now = () => this.time;
  stats = () => ({ uptime: this.time });
  shares = () => this.count;
  changes = () => this.changed;
}

/** One who listens. */
class Ear {
  heard: string[] = [];
  ended = false;
  readonly leave: () => void;

  constructor(streaming: HttpStreaming | string) {
    if (typeof streaming === "string") throw new Error(streaming);
    this.leave = streaming.open({
      send: (bytes) => {
        const parts = new TextDecoder().decode(bytes).trimEnd().split("\n\n");
        this.heard.push(...parts.map((part) => part.replace(/^event: (\w+)\ndata: /, "$1 ")));
      },
      end: () => this.ended = true,
    });
  }

  take(): string[] {
    return this.heard.splice(0);
  }
}

const later = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("event hub: whoever comes is told at once, then what has changed", () => {
  const source = new Source();
  using hub = new EventHub(source);
  const ear = new Ear(hub.listen("192.0.2.1"));
  assertEquals(ear.take(), ["retry: 5000", 'stats {"uptime":0}', 'shares {"shares":1}']);
  source.time = 2_000;
  hub.tell();
  assertEquals(ear.take(), ['stats {"uptime":2000}']);
  source.changed++;
  source.count = 2;
  hub.tell();
  assertEquals(ear.take(), ['stats {"uptime":2000}', 'shares {"shares":2}']);
  source.time = 15_000;
  hub.tell();
  assertEquals(ear.take(), ['stats {"uptime":15000}', ":"]);
  ear.leave();
  ear.leave();
  assertEquals(hub.size, 0);
});

Deno.test("event hub: who may no longer listen is told nothing more", async () => {
  using hub = new EventHub(new Source());
  let stays = true;
  const [ear, other] = [
    new Ear(hub.listen("192.0.2.1", () => ({ age: 1 }), () => stays)),
    new Ear(hub.listen("192.0.2.1")),
  ];
  ear.take();
  other.take();
  hub.tell();
  assertEquals([ear.take(), ear.ended], [['stats {"uptime":0}'], false]);
  stays = false;
  hub.tell();
  await later();
  assertEquals([ear.take(), ear.ended], [[], true]);
  assertEquals([other.take().length, other.ended], [2, false]);
});

Deno.test("event hub: a share is told of when it changes, its age aside, and when it is gone", async () => {
  using hub = new EventHub(new Source());
  let share: { age: number; seeders: number } | undefined = { age: 1, seeders: 1 };
  const ear = new Ear(hub.listen("192.0.2.1", () => share));
  const other = new Ear(hub.listen("192.0.2.1"));
  const told = async () => {
    hub.tell();
    await later();
    return ear.take().filter((line) => line.startsWith("share "));
  };
  assertEquals(ear.take().at(-1), 'share {"age":1,"seeders":1}');
  share = { age: 3, seeders: 1 };
  assertEquals(await told(), []);
  share = { age: 5, seeders: 2 };
  assertEquals(await told(), ['share {"age":5,"seeders":2}']);
  share = undefined;
  assertEquals(await told(), ["share null"]);
  assertEquals(await told(), []);
  assertEquals(other.take().filter((line) => line.startsWith("share ")), []);
});

Deno.test("event hub: only so many may listen, of one address and in all", () => {
  using hub = new EventHub(new Source());
  const ears = Array.from({ length: 16 }, () => new Ear(hub.listen("2001:db8::1")));
  assertEquals(hub.listen("2001:db8::2"), "many");
  ears[0]!.leave();
  const late = hub.listen("2001:db8::2") as HttpStreaming;
  new Ear(hub.listen("2001:db8::3"));
  assertEquals(new Ear(late).ended, true); // another came first
  for (let n = 0; hub.size < 1_000; n++) new Ear(hub.listen(`192.0.${n >> 8}.${n & 255}`));
  assertEquals(hub.listen("198.51.100.1"), "full");
});

Deno.test("event hub: everybody's events end when it is stopped", () => {
  const hub = new EventHub(new Source());
  const ear = new Ear(hub.listen("192.0.2.1"));
  const streaming = hub.listen("192.0.2.1") as HttpStreaming;
  assertMatch(streaming.headers, /^Content-Type: text\/event-stream/);
  hub[Symbol.dispose]();
  assertEquals([ear.ended, new Ear(streaming).ended], [true, true]);
  assertEquals(hub.listen("192.0.2.1"), "full");
});
