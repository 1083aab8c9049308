/** What has a place in an order that never changes. */
interface Ordered {
  readonly order: number;
}

/**
 * A sorted list that is read from any point on. Adding at the end and taking out cost little, however
 * long it is.
 *
 * Invariant: what was taken out leaves a hole, and holes are never more than the rest.
 */
export class InOrder<T extends Ordered> {
  #orders: number[] = [];
  #all: (T | undefined)[] = [];
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  add(one: T): void {
    const at = this.#find(one.order);
    if (at === this.#orders.length) {
      this.#orders.push(one.order);
      this.#all.push(one);
    } else {
      this.#orders.splice(at, 0, one.order);
      this.#all.splice(at, 0, one);
    }
    this.#size++;
  }

  /** Takes one out that is in it. */
  remove(one: T): void {
    this.#all[this.#find(one.order)] = undefined;
    this.#size--;
    if (this.#size * 2 >= this.#all.length) return;
    this.#orders = this.#orders.filter((_, at) => this.#all[at] !== undefined);
    this.#all = this.#all.filter((one) => one !== undefined);
  }

  /** All whose order is greater. Nothing may be added or taken out meanwhile. */
  *after(order: number): Generator<T, void> {
    for (let at = this.#find(order + 1); at < this.#all.length; at++) {
      const one = this.#all[at];
      if (one !== undefined) yield one;
    }
  }

  /** All whose order is less, the last first. Nothing may be added or taken out meanwhile. */
  *before(order: number): Generator<T, void> {
    for (let at = this.#find(order) - 1; at >= 0; at--) {
      const one = this.#all[at];
      if (one !== undefined) yield one;
    }
  }

  /** Where the first stands whose order is not less. */
  #find(order: number): number {
    let [low, high] = [0, this.#orders.length];
    // Most of what is added goes to the end.
    if (high > 0 && this.#orders[high - 1]! < order) return high;
    while (low < high) {
      const middle = low + high >>> 1;
      if (this.#orders[middle]! < order) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
