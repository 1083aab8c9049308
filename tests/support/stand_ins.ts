/** Puts something else in the place of what the machine does, for as long as a test needs it. */

/** Replaces a function or value until it is disposed of. */
export function replaced<T extends object, K extends keyof T>(
  target: T,
  key: K,
  value: T[K],
): Disposable {
  const before = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, { value, writable: true, configurable: true });
  return {
    [Symbol.dispose]() {
      if (before) Object.defineProperty(target, key, before);
      else delete target[key];
    },
  };
}

/** A timer that was set and has neither been cleared nor ended. */
export interface HandTimer {
  readonly ms: number;
  /** Lets its time be over. */
  end(): void;
}

/**
 * Timers that end when a test says so: no `setTimeout` runs by itself until this is disposed of.
 * `AbortSignal.timeout` is left alone.
 */
export class HandTimers implements Disposable {
  readonly #pending = new Map<number, HandTimer>();
  readonly #looking = new Set<(timer: HandTimer) => void>();
  readonly #replaced = new DisposableStack();
  #last = 0;

  constructor() {
    const set = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      const id = ++this.#last;
      const timer = { ms, end: () => void (this.#pending.delete(id) && run(...args)) };
      this.#pending.set(id, timer);
      for (const look of [...this.#looking]) look(timer);
      return id;
    };
    const clear = (id?: number) => void this.#pending.delete(id!);
    const { setTimeout, clearTimeout } = globalThis;
    this.#replaced.use(replaced(globalThis, "setTimeout", set as unknown as typeof setTimeout));
    this.#replaced.use(
      replaced(globalThis, "clearTimeout", clear as unknown as typeof clearTimeout),
    );
  }

  /** Those that run now, in the order in which they were set. */
  get pending(): readonly HandTimer[] {
    return [...this.#pending.values()];
  }

  /** The first timer that the test asks for: one that runs, or the next one that is set. */
  find(wanted: (timer: HandTimer) => boolean): Promise<HandTimer> {
    const found = this.pending.find(wanted);
    if (found) return Promise.resolve(found);
    const { promise, resolve } = Promise.withResolvers<HandTimer>();
    const look = (timer: HandTimer) => {
      if (!wanted(timer)) return;
      this.#looking.delete(look);
      resolve(timer);
    };
    this.#looking.add(look);
    return promise;
  }

  [Symbol.dispose](): void {
    this.#replaced.dispose();
  }
}
