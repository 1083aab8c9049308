import type { Random } from "../base/random.ts";

/** Chance for decisions that need not be secret: whom to tell, what to ask for first. */
export const systemRandom: Random = { next: () => Math.random() };
