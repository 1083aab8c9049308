import { printable } from "../base/printable.ts";
import { PromptLeft, type Prompts, systemPrompts } from "./prompts.ts";
import type { Session } from "./session.ts";

/** What shows something live, and can leave the terminal to a question. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/**
 * How a command asks whether to replace a file that exists: `--yes` answers for the person, and where
 * nobody can be asked it is undefined, which means no.
 */
export function overwriteQuestion(
  session: Session,
  prompts: Prompts | undefined = session.interactive
    ? systemPrompts(session.interrupts)
    : undefined,
  live?: Pausable,
): ((path: string) => Promise<boolean>) | undefined {
  return yesOrNo(session, prompts, live, (path) => `${printable(path)} exists. Replace it?`);
}

/** A question that is answered by yes or no, as {@linkcode overwriteQuestion} asks its own. */
export function yesOrNo<T>(
  session: Session,
  prompts: Prompts | undefined,
  live: Pausable | undefined,
  question: (about: T) => string,
): ((about: T) => Promise<boolean>) | undefined {
  if (session.flags.boolean("yes")) return () => Promise.resolve(true);
  if (!prompts) return undefined;
  return async (about) => {
    live?.pause();
    try {
      return await prompts.confirm(question(about), false);
    } catch (error) {
      if (error instanceof PromptLeft) return false;
      throw error;
    } finally {
      live?.resume();
    }
  };
}
