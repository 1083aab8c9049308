import { type LiveProgress, type Session, showProgress } from "./session.ts";

/** Shows how much of a file or folder has been read, from the first call of `onRead` on. */
export function showReading(
  path: string,
  session: Session,
): LiveProgress & { readonly onRead: (done: number, total: number) => void } {
  const label = path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
  const progress = showProgress(label, session);
  return {
    ...progress,
    [Symbol.dispose]: progress.stop,
    onRead: (done, total) => progress.view.update({ phase: "hashing", received: done, total }),
  };
}
