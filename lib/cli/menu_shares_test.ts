import { assert, assertEquals } from "jsr:@std/assert@1";
import { someShare } from "../../tests/support/share_snapshot.ts";
import { STOP_GRACE_MS } from "../app/defaults.ts";
import type { RunningShare, ShareSnapshot } from "../app/types.ts";
import { MenuLog } from "./menu_log.ts";
import { shareLines, showShares } from "./menu_shares.ts";
import { Output } from "./output.ts";
import type { Choice, Prompts } from "./prompts.ts";
import type { Session } from "./session.ts";
import { makeStyle } from "./style.ts";
import { width } from "./width.ts";

/** The parts of a share that a person is told. */
const SNAPSHOT = someShare();

const TRANSFER = { id: 1, to: "192.0.2.1:5", sent: 2_500_000, total: 5_000_000 };

Deno.test("a share is told in lines: what it is, how often it was fetched, what is wrong", () => {
  const first = "film.mkv (5 MB) on port 9000, ";
  const table: [Partial<ShareSnapshot>, string[]][] = [
    [{}, [`${first}not fetched yet`]],
    [{ completed: 1 }, [`${first}fetched once`]],
    [{ peers: 1, uploaded: 2_500_000 }, [
      `${first}not fetched yet`,
      "  1 peer connected, 2.5 MB sent, ratio 0.50",
    ]],
    [{ completed: 2 }, [`${first}fetched 2 times`]],
    [{ active: [TRANSFER, { ...TRANSFER, sent: 4_999_999 }], waiting: 3 }, [
      `${first}not fetched yet`,
      "  50% of it sent to 192.0.2.1:5",
      "  99% of it sent to 192.0.2.1:5",
      "  3 waiting for their turn",
    ]],
    [{ size: 0, active: [{ ...TRANSFER, sent: 0, total: 0 }] }, [
      "film.mkv (0 B) on port 9000, not fetched yet",
      "  100% of it sent to 192.0.2.1:5",
    ]],
    [{
      trackers: [
        { address: "127.0.0.1:8000", registered: true },
        { address: "192.0.2.1:8000", registered: false },
        { address: "192.0.2.2:8000", registered: false, error: "it is down" },
      ],
      problem: "it shrank",
    }, [
      `${first}not fetched yet`,
      "  not registered at 192.0.2.1:8000: not yet",
      "  not registered at 192.0.2.2:8000: it is down",
      "  can no longer be sent: it shrank",
    ]],
  ];
  for (const [part, lines] of table) assertEquals(shareLines({ ...SNAPSHOT, ...part }), lines);
});

Deno.test("what comes from outside is made harmless", () => {
  const evil = "\x1b[2J\u202e";
  const lines = shareLines({
    ...SNAPSHOT,
    name: `a${evil}`,
    trackers: [{ address: "127.0.0.1:8000", registered: false, error: `b${evil}` }],
    problem: `c${evil}`,
  });
  const harmless = "\\u{1b}[2J\\u{202e}";
  assertEquals(lines, [
    `a${harmless} (5 MB) on port 9000, not fetched yet`,
    `  not registered at 127.0.0.1:8000: b${harmless}`,
    `  can no longer be sent: c${harmless}`,
  ]);
});

/** A share that only tells; `stops` notes how it is stopped. */
function shareOf(part: Partial<ShareSnapshot>, stops: string[]): RunningShare {
  const snapshot = { ...SNAPSHOT, ...part };
  const stop = (graceMs: number) => {
    stops.push(`${snapshot.name} ${graceMs}`);
    return Promise.resolve();
  };
  const share = { snapshot: () => snapshot, stop, [Symbol.asyncDispose]: () => stop(0) };
  return share as unknown as RunningShare;
}

/** Shows the screen and answers its questions. */
async function show(
  shares: Set<RunningShare>,
  answers: (string | boolean)[],
  log = new MenuLog(() => {}),
) {
  const lines: string[] = [];
  const asked: string[] = [];
  const choices: Choice[] = [];
  const answer = (message: string) => {
    asked.push(message);
    return Promise.resolve(answers.shift());
  };
  const prompts = {
    choose: (message: string, offered: readonly Choice[]) => {
      choices.push(...offered);
      return answer(message);
    },
    confirm: answer,
  } as unknown as Prompts;
  const write = (text: string) => lines.push(text.replace(/\n$/, "")) > 0;
  const session = {
    output: new Output({ write, json: false }),
    style: makeStyle(false),
    terminal: { columns: () => 40 },
  } as unknown as Session;
  await showShares(shares, log, prompts, session);
  assertEquals(answers, []);
  return { lines, asked, choices: choices.map(({ name }) => name) };
}

Deno.test("going back stops nothing", async () => {
  const stops: string[] = [];
  const shares = new Set([shareOf({}, stops), shareOf({ name: "b", port: 9001 }, stops)]);
  const { lines, choices } = await show(shares, ["back"]);
  assertEquals(choices, ["Back", "Stop film.mkv (port 9000)", "Stop b (port 9001)"]);
  assertEquals(lines.length, 2);
  assertEquals([shares.size, stops], [2, []]);
});

Deno.test("a share that is idle is stopped without a question, the others stay", async () => {
  const stops: string[] = [];
  const shares = new Set([shareOf({}, stops), shareOf({ name: "b", port: 9001 }, stops)]);
  const { lines, asked } = await show(shares, ["1"]);
  assertEquals(asked, ["Shares"]);
  assertEquals(stops, [`b ${STOP_GRACE_MS}`]);
  assertEquals([...shares].map((share) => share.snapshot().name), ["film.mkv"]);
  assertEquals(lines.at(-1), "no longer sharing b");
});

Deno.test("a share that is being fetched is stopped after a yes only", async () => {
  for (
    const [active, peers, words] of [
      [[TRANSFER], 0, "1 peer is"],
      [[TRANSFER], 2, "3 peers are"],
      [[], 1, "1 peer is"],
    ] as const
  ) {
    for (const yes of [true, false]) {
      const stops: string[] = [];
      const shares = new Set([shareOf({ active, peers }, stops)]);
      const { asked } = await show(shares, ["0", yes]);
      assertEquals(asked, ["Shares", `${words} connected and will be cut off. Stop?`]);
      assertEquals([stops.length, shares.size], yes ? [1, 0] : [0, 1]);
    }
  }
});

Deno.test("the latest log lines are shown, on one line each, harmless and no wider than the terminal", async () => {
  const log = new MenuLog(() => {});
  for (let n = 1; n <= 10; n++) log.log("info", `line ${n} \x1b[2J${"日本語".repeat(20)}`);
  const { lines } = await show(new Set(), ["back"], log);
  assertEquals(lines[0], "Lately:");
  const shown = lines.slice(1);
  assertEquals(shown.map((line) => line.split(" ")[3]), ["3", "4", "5", "6", "7", "8", "9", "10"]);
  for (const line of shown) {
    assert(line.includes("\\u{1b}[2J") && width(line) <= 39, line);
  }
});
