import type { Clock } from "../base/clock.ts";
import { printable } from "../base/printable.ts";
import type { DownloadProgress } from "../app/types.ts";
import { RateMeter } from "./rate_meter.ts";
import type { Style } from "./style.ts";
import { formatBytes, formatRate, formatSpan } from "./units.ts";
import { fit, width } from "./width.ts";

/** How progress is shown: redrawn in place, as plain lines, as JSON, or not at all. */
export type ProgressMode = "bar" | "lines" | "json" | "none";

/** What progress is about. `hashing` is the first read of a file that is to be shared. */
export type Progress = Omit<DownloadProgress, "phase"> & {
  readonly phase: DownloadProgress["phase"] | "hashing";
};

/** What a {@linkcode ProgressView} works with. */
export interface ProgressOptions {
  readonly mode: ProgressMode;
  readonly clock: Clock;
  /** Takes text for the terminal, or for standard error. */
  readonly write: (text: string) => void;
  readonly columns: () => number;
  /** Rows of the terminal; absent: 24. */
  readonly rows?: () => number;
  /** Takes the fields of a `progress` object. */
  readonly event: (fields: Readonly<Record<string, unknown>>) => void;
  readonly style: Style;
}

/** The shortest time between two drawings of the bar: at most 10 a second. */
const REDRAW_MS = 100;
/** The time between two plain lines. */
const LINE_MS = 3000;
/** The time between two JSON objects of one phase. */
const EVENT_MS = 250;

const VERBS: Readonly<Record<Progress["phase"], string>> = {
  finding: "finding",
  connecting: "connecting to",
  receiving: "receiving",
  finishing: "finishing",
  hashing: "reading",
};

/** Shows how far one thing is. It has no timer: whoever owns it calls `tick` a few times a second. */
export class ProgressView {
  readonly #label: string;
  readonly #options: ProgressOptions;
  readonly #meter = new RateMeter();
  #latest: Progress | undefined;
  #shownAt: number;
  #shownPhase: Progress["phase"] | undefined;
  #drawn = false;
  #paused = false;

  /** @param label What it is about, the name of a file for instance. */
  constructor(label: string, options: ProgressOptions) {
    this.#label = printable(label, 255);
    this.#options = options;
    this.#shownAt = options.mode === "lines" ? options.clock.now() : -Infinity;
  }

  /** Takes the latest state and shows it if it is time. */
  update(progress: Progress): void {
    this.#latest = progress;
    this.tick();
  }

  /** Shows the latest state if it is time; the speed falls while nothing arrives. */
  tick(): void {
    const progress = this.#latest;
    const { mode, clock } = this.#options;
    if (!progress || mode === "none" || this.#paused) return;
    const now = clock.now();
    const counts = progress.phase === "receiving" || progress.phase === "hashing";
    if (counts) this.#meter.note(progress.received, now);
    const elapsed = now - this.#shownAt;
    const changed = progress.phase !== this.#shownPhase;
    switch (mode) {
      case "bar":
        if (elapsed < REDRAW_MS) return;
        this.draw();
        break;
      case "lines":
        if (elapsed < LINE_MS && !(changed && progress.phase === "finishing")) return;
        this.#options.write(`${this.#text(progress, 200, false)}\n`);
        break;
      case "json":
        if (elapsed < EVENT_MS && !changed) return;
        this.#options.event(this.#fields(progress));
        break;
      default:
        mode satisfies never;
    }
    this.#shownAt = now;
    this.#shownPhase = progress.phase;
  }

  /** Draws the bar now; part of a `LiveLine`. */
  draw(): void {
    if (this.#options.mode !== "bar" || !this.#latest || this.#paused) return;
    // Room is left for the ^C that a terminal echoes, and some wrap once the last column is filled.
    const columns = Math.max(1, this.#options.columns() - 3);
    this.#options.write(`\r\x1b[K${this.#text(this.#latest, columns, true)}`);
    this.#drawn = true;
  }

  /** Takes the bar off the terminal; part of a `LiveLine`. */
  erase(): void {
    if (this.#drawn) this.#options.write("\r\x1b[K");
    this.#drawn = false;
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

  #fields(progress: Progress): Readonly<Record<string, unknown>> {
    const { phase, received, total, from } = progress;
    const rate = Math.round(this.#meter.rate() ?? 0);
    return {
      phase,
      received,
      ...(total === undefined ? {} : { total }),
      rate,
      ...(from === undefined ? {} : { from }),
    };
  }

  #text(progress: Progress, columns: number, bar: boolean): string {
    const { phase, received, total, from } = progress;
    const verb = VERBS[phase];
    if (phase === "finding") return fit(`${verb} ${this.#label} …`, columns);
    if (phase === "connecting") {
      const whom = from === undefined ? "a peer" : printable(from, 64);
      return fit(`${verb} ${whom} for ${this.#label} …`, columns);
    }
    const parts = this.#parts(received, total);
    // The parts that matter least go first when there is no room for all.
    for (let count = parts.length; count > 0; count--) {
      const right = parts.slice(0, count).join("  ");
      const room = columns - width(right) - 2;
      const label = fit(`${verb} ${this.#label}`, Math.min(40, room));
      if (width(label) < 12 && count > 1) continue;
      if (!bar || total === undefined) return fit(`${label}  ${right}`.trim(), columns);
      const length = Math.min(40, room - width(label) - 2);
      if (length < 5) {
        if (count > 2) continue;
        return fit(label === "" ? right : `${label}  ${right}`, columns);
      }
      return `${label}  ${this.#bar(received, total, length)}  ${right}`;
    }
    return fit(parts[0] ?? verb, columns);
  }

  #parts(received: number, total: number | undefined): string[] {
    if (total === undefined) return [formatBytes(received)];
    const share = total === 0 ? 1 : Math.min(1, received / total);
    const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
    const rate = this.#meter.rate();
    const parts = [percent];
    if (rate !== undefined) parts.push(formatRate(rate));
    const left = rate === undefined || rate < 1 ? undefined : (total - received) * 1000 / rate;
    if (received < total && rate !== undefined) {
      parts.push(left === undefined ? "stalled" : `${formatSpan(left)} left`);
    }
    parts.push(`${formatBytes(received)} of ${formatBytes(total)}`);
    return parts;
  }

  #bar(received: number, total: number, length: number): string {
    const share = total === 0 ? 1 : Math.min(1, received / total);
    const full = Math.floor(share * length);
    const { style } = this.#options;
    return style.green("█".repeat(full)) + style.dim("░".repeat(length - full));
  }
}
