import type { SwarmProgress } from "../app/swarm_types.ts";
import { LiveBlock, usableColumns } from "./live_block.ts";
import type { ProgressOptions } from "./progress.ts";
import { swarmFields } from "./swarm_fields.ts";
import { swarmScreen } from "./swarm_screen.ts";
import { swarmText } from "./swarm_lines.ts";

/** The shortest time between two drawings: at most 10 a second. */
const REDRAW_MS = 100;
/** The time between two plain lines about a download, and between two that say the same. */
const LINE_MS = 3_000;
const SAME_LINE_MS = 30_000;
/** The time between two JSON objects about a download. */
const EVENT_MS = 250;
/** Who seeds is told about less often: that may go on for days. */
const SEEDING_LINE_MS = 10_000;
const SEEDING_EVENT_MS = 3_000;

/** One download, and when it was told about. */
interface Entry {
  progress: SwarmProgress;
  shownAt: number;
  shownPhase?: SwarmProgress["phase"];
  shownText?: string;
}

/**
 * Shows how far downloads from swarms are, all on one screen. It has no timer: whoever owns it calls
 * `tick` a few times a second.
 */
export class SwarmView {
  readonly #options: ProgressOptions;
  readonly #block: LiveBlock;
  readonly #entries = new Map<number, Entry>();
  #drawnAt = -Infinity;
  #paused = false;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#block = new LiveBlock(options);
  }

  /** Takes the latest state of a download and shows it if it is time. */
  update(id: number, progress: SwarmProgress): void {
    const entry = this.#entries.get(id);
    if (entry) entry.progress = progress;
    else this.#entries.set(id, { progress, shownAt: -Infinity });
    this.tick();
  }

  /** Forgets a download. */
  remove(id: number): void {
    this.#entries.delete(id);
    if (this.#entries.size === 0) this.erase();
  }

  /** Shows what it is time for. */
  tick(): void {
    const { mode, clock } = this.#options;
    if (mode === "none" || this.#paused) return;
    const now = clock.now();
    switch (mode) {
      case "bar":
        if (now - this.#drawnAt >= REDRAW_MS) this.draw();
        break;
      case "lines":
        for (const entry of this.#entries.values()) this.#writeLine(entry, now);
        break;
      case "json":
        for (const [id, entry] of this.#entries) this.#tell(id, entry, now);
        break;
      default:
        mode satisfies never;
    }
  }

  /** Draws the screen now; part of a `LiveLine`. */
  draw(): void {
    const { mode, clock, columns, rows, style } = this.#options;
    if (mode !== "bar" || this.#paused) return;
    const all = [...this.#entries.values()].map(({ progress }) => progress);
    this.#block.draw(swarmScreen(all, {
      columns: usableColumns(columns()),
      // The line above stays in sight: it may be the command, or the latest of the log.
      rows: Math.max(1, (rows?.() ?? 24) - 1),
      style,
    }));
    this.#drawnAt = clock.now();
  }

  /** Takes the screen off the terminal; part of a `LiveLine`. */
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

  #writeLine(entry: Entry, now: number): void {
    const { progress, shownAt, shownPhase, shownText } = entry;
    const { phase } = progress;
    const elapsed = now - shownAt;
    const changed = phase !== shownPhase;
    if (!changed && elapsed < (phase === "seeding" ? SEEDING_LINE_MS : LINE_MS)) return;
    const text = swarmText(progress);
    if (!changed && text === shownText && elapsed < SAME_LINE_MS) return;
    this.#options.write(`${text}\n`);
    Object.assign(entry, { shownAt: now, shownPhase: phase, shownText: text });
  }

  #tell(id: number, entry: Entry, now: number): void {
    const { progress, shownAt, shownPhase } = entry;
    const { phase } = progress;
    const pause = phase === "seeding" ? SEEDING_EVENT_MS : EVENT_MS;
    if (phase === shownPhase && now - shownAt < pause) return;
    this.#options.event(swarmFields(id, progress));
    Object.assign(entry, { shownAt: now, shownPhase: phase });
  }
}
