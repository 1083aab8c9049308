/**
 * Bytes between two collections of garbage: every block and every node of a tree leaves the memory
 * of a hash behind, of which V8 knows so little that it lets it grow to 60 MB.
 */
const COLLECT_LENGTH = 512 * 1024 * 1024;

/** Bytes that were hashed since the last collection. */
let uncollected = 0;

/** Collects garbage once enough was hashed, where the program may ask for it. For threads that hash. */
export function collectAfter(bytes: number): void {
  uncollected += bytes;
  if (uncollected < COLLECT_LENGTH) return;
  uncollected = 0;
  (globalThis as { readonly gc?: () => void }).gc?.();
}
