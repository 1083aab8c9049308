/** A way into the tracker. */
export type Door = "line" | "http" | "udp";

/** What a door was asked for and served. */
export type Served = "announce" | "scrape" | "find" | "classic";

/** Upper bounds of the histogram of how long an announce took, in seconds. */
export const BOUNDS = [
  0.00005,
  0.0001,
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  1,
];

/** Counts of what one door did since the start. */
interface DoorCounts {
  readonly served: Record<Served, number>;
  /** By code. */
  readonly errors: Map<string, number>;
  /** Announces by the first bound that they were within; the last: within none. */
  readonly times: number[];
  seconds: number;
}

/** All that was counted up to a moment. */
export interface Totals {
  /** Announces by door. */
  readonly line: number;
  readonly http: number;
  readonly udp: number;
  /** Requests that were refused, by every door. */
  readonly errors: number;
  /** Seconds that all announces took together. */
  readonly seconds: number;
  /** Announces by the first of {@linkcode BOUNDS} that they were within; the last: within none. */
  readonly times: readonly number[];
}

/** What the tracker did since it started; for people and for monitors. */
export class TrackerMetrics {
  readonly #doors: Readonly<Record<Door, DoorCounts>> = {
    line: newCounts(),
    http: newCounts(),
    udp: newCounts(),
  };

  served(door: Door, what: Served): void {
    this.#doors[door].served[what]++;
  }

  /** Notes an announce. @param ms How long it took. */
  announced(door: Door, ms: number): void {
    const counts = this.#doors[door];
    const seconds = ms / 1000;
    counts.served.announce++;
    counts.seconds += seconds;
    const place = BOUNDS.findIndex((bound) => seconds <= bound);
    counts.times[place < 0 ? BOUNDS.length : place]!++;
  }

  /** Notes what was refused. @param code One of a few; it is kept. */
  failed(door: Door, code: string): void {
    const { errors } = this.#doors[door];
    errors.set(code, (errors.get(code) ?? 0) + 1);
  }

  /** Announces by door. */
  get announces(): Readonly<Record<Door, number>> {
    const { line, http, udp } = this.#doors;
    return {
      line: line.served.announce,
      http: http.served.announce,
      udp: udp.served.announce,
    };
  }

  /** Requests that were refused, by every door. */
  get refused(): number {
    return this.refusedBy("line") + this.refusedBy("http") + this.refusedBy("udp");
  }

  /** Requests that one door refused. */
  refusedBy(door: Door): number {
    return [...this.#doors[door].errors.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What was counted until now. */
  totals(): Totals {
    const { line, http, udp } = this.#doors;
    return {
      ...this.announces,
      errors: this.refused,
      seconds: line.seconds + http.seconds + udp.seconds,
      times: line.times.map((count, at) => count + http.times[at]! + udp.times[at]!),
    };
  }

  /** All of it in the text format of Prometheus, without what {@linkcode gauge} writes. */
  text(): string {
    const doors = Object.entries(this.#doors);
    const served = doors.flatMap(([door, { served }]) =>
      Object.entries(served).map(([what, count]) =>
        `mini_torrent_requests_total{door="${door}",request="${what}"} ${count}\n`
      )
    );
    const errors = doors.flatMap(([door, { errors }]) =>
      [...errors].map(([code, count]) =>
        `mini_torrent_errors_total{door="${door}",code="${code}"} ${count}\n`
      )
    );
    const times = doors.map(([door, counts]) => histogram(door, counts));
    return heading("requests_total", "counter", "Requests that were served") + served.join("") +
      heading("errors_total", "counter", "Requests that were refused") + errors.join("") +
      heading("announce_seconds", "histogram", "How long announces took") + times.join("");
  }
}

/** A number that goes up and down, in the text format of Prometheus. */
export function gauge(
  name: string,
  help: string,
  values: Readonly<Record<string, number>>,
): string {
  const lines = Object.entries(values).map(([labels, value]) =>
    `mini_torrent_${name}${labels === "" ? "" : `{${labels}}`} ${value}\n`
  );
  return heading(name, "gauge", help) + lines.join("");
}

function heading(name: string, type: string, help: string): string {
  return `# HELP mini_torrent_${name} ${help}.\n# TYPE mini_torrent_${name} ${type}\n`;
}

function histogram(door: string, { times, seconds }: DoorCounts): string {
  let sum = 0;
  const lines = times.map((count, at) => {
    sum += count;
    const bound = BOUNDS[at] ?? "+Inf";
    return `mini_torrent_announce_seconds_bucket{door="${door}",le="${bound}"} ${sum}\n`;
  });
  return `${lines.join("")}mini_torrent_announce_seconds_sum{door="${door}"} ${seconds}\n` +
    `mini_torrent_announce_seconds_count{door="${door}"} ${sum}\n`;
}

function newCounts(): DoorCounts {
  return {
    served: { announce: 0, scrape: 0, find: 0, classic: 0 },
    errors: new Map(),
    times: new Array<number>(BOUNDS.length + 1).fill(0),
    seconds: 0,
  };
}
