import type { ShareSnapshot } from "../app/types.ts";
import { LiveBlock, usableColumns } from "./live_block.ts";
import type { ProgressOptions } from "./progress.ts";
import { RateMeter } from "./rate_meter.ts";
import { shareScreen, shareText } from "./share_lines.ts";
import { formatRate } from "./units.ts";

/** The shortest time between two drawings: at most 10 a second. */
const REDRAW_MS = 100;
/** The shortest time between two plain lines about a share. */
const LINE_MS = 10_000;

/** One share, and what was told about it when. */
interface Entry {
  share: ShareSnapshot;
  readonly meter: RateMeter;
  toldAt: number;
  told: string;
}

/**
 * Shows how shares do, a line each. It has no timer: whoever owns it calls `update` a few times a
 * second. As JSON it shows nothing: the command tells about shares by itself.
 */
export class ShareView {
  readonly #options: ProgressOptions;
  readonly #block: LiveBlock;
  /** By port: only one share at a time is served from one. */
  #entries = new Map<number, Entry>();
  #drawnAt = -Infinity;
  #paused = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#block = new LiveBlock(options);
  }

  /** Takes the latest state of all shares and shows it if it is time. */
  update(shares: readonly ShareSnapshot[]): void {
    const { mode, clock } = this.#options;
    const now = clock.now();
    this.#entries = new Map(shares.map((share) => [share.port, this.#entryOf(share, now)]));
    if (this.#paused) return;
    switch (mode) {
      case "bar":
        if (now - this.#drawnAt >= REDRAW_MS) this.draw();
        break;
      case "lines":
        for (const entry of this.#entries.values()) this.#writeLine(entry, now);
        break;
      case "json":
      case "none":
        break;
      default:
        mode satisfies never;
    }
  }

  /** Draws the lines now; part of a `LiveLine`. */
  draw(): void {
    const { mode, clock, columns, rows, style } = this.#options;
    if (mode !== "bar" || this.#paused) return;
    const all = [...this.#entries.values()].map(({ share, meter }) => {
      return { share, rate: meter.rate() ?? 0 };
    });
    this.#block.draw(shareScreen(all, {
      columns: usableColumns(columns()),
      rows: Math.max(1, (rows?.() ?? 24) - 1),
      style,
    }));
    this.#drawnAt = clock.now();
  }

  /** Takes the lines off the terminal; part of a `LiveLine`. */
  erase(): void {
    this.#block.erase();
  }

  /** Leaves the terminal to something else, a question for instance. */
  pause(): void {
    this.erase();
    this.#paused = true;
  }

  /** Shows again. */
  resume(): void {
    this.#paused = false;
  }

  #entryOf(share: ShareSnapshot, now: number): Entry {
    const known = this.#entries.get(share.port);
    const meter = known?.meter ?? new RateMeter();
    meter.note(share.uploaded, now);
    // What holds at the start was said when it was shared.
    return { toldAt: now, told: shareText(share), ...known, share, meter };
  }

  #writeLine(entry: Entry, now: number): void {
    const { share, meter, toldAt, told } = entry;
    const text = shareText(share);
    if (text === told || now - toldAt < LINE_MS) return;
    const rate = meter.rate() ?? 0;
    this.#options.write(`${text}${rate >= 1 ? `  ${formatRate(rate)} up` : ""}\n`);
    entry.toldAt = now;
    entry.told = text;
  }
}
