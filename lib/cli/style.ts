import { bold, cyan, dim, green, red, setColorEnabled, yellow } from "jsr:@std/fmt@1/colors";

/** Turns text into the same text in a colour or weight. */
export type Paint = (text: string) => string;

/** The few ways that text is set off. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** Everything that decides whether to colour. */
export interface ColorWish {
  /** Whether the text goes to a terminal. */
  readonly isTerminal: boolean;
  /** The flag `--no-color`. */
  readonly noColorFlag: boolean;
  /** The environment variable NO_COLOR; any text but an empty one turns colours off. */
  readonly noColorEnv?: string;
}

/** Whether text is to be coloured (https://no-color.org). */
export function wantsColor(wish: ColorWish): boolean {
  const wanted = !wish.noColorFlag && (wish.noColorEnv ?? "") === "";
  // The prompts colour by themselves, through the same module.
  setColorEnabled(wanted);
  return wanted && wish.isTerminal;
}

const plain: Paint = (text) => text;

/** The styles to write with; all of them leave text alone when colours are off. */
export function makeStyle(enabled: boolean): Style {
  if (enabled) return { bold, dim, red, green, yellow, cyan };
  return { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };
}
