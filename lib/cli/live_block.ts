import { lineWidth, type Segment } from "./segment.ts";

/** What a {@linkcode LiveBlock} writes with. */
export interface LiveBlockOptions {
  readonly write: (text: string) => void;
  readonly columns: () => number;
}

/**
 * Several lines at the bottom of a terminal that are redrawn in place, each drawing in one write.
 * The cursor stays at the end of the last one.
 */
export class LiveBlock {
  readonly #options: LiveBlockOptions;
  /** Columns of each line that stands on the terminal. */
  #drawn: readonly number[] = [];
  #text = "";
  #columns = 0;

  constructor(options: LiveBlockOptions) {
    this.#options = options;
  }

  /** Puts lines where those before are; the terminal must have more rows than these. */
  draw(lines: readonly (readonly Segment[])[]): void {
    if (lines.length === 0) return this.erase();
    const text = lines.map((line) => `${line.map(painted).join("")}\x1b[K`).join("\r\n");
    const columns = this.#options.columns();
    // What stands there already is left alone: shares may idle for days.
    if (text === this.#text && columns === this.#columns) return;
    this.#options.write(`${this.#home()}${text}\x1b[J`);
    this.#drawn = lines.map(lineWidth);
    this.#text = text;
    this.#columns = columns;
  }

  /** Takes the lines off the terminal. */
  erase(): void {
    // Line by line: where all of a screen is cleared at once, some terminals keep what was on it.
    const above = "\x1b[A\x1b[K".repeat(Math.max(0, this.#rows() - 1));
    if (this.#drawn.length > 0) this.#options.write(`\r\x1b[K${above}`);
    this.#drawn = [];
    this.#text = "";
  }

  /** Moves the cursor to the first column of the first line. */
  #home(): string {
    const rows = this.#rows();
    return rows > 1 ? `\r\x1b[${rows - 1}A` : "\r";
  }

  /** The rows that the lines take: a terminal that became narrower has wrapped them. */
  #rows(): number {
    const columns = Math.max(1, this.#options.columns());
    return this.#drawn.reduce((sum, used) => sum + Math.max(1, Math.ceil(used / columns)), 0);
  }
}

/** The columns that a line may take: room is left for the ^C that a terminal echoes. */
export function usableColumns(columns: number): number {
  return Math.max(1, columns - 3);
}

function painted({ text, paint }: Segment): string {
  return paint ? paint(text) : text;
}
