import { WriteStream } from "node:tty";
import { getColorEnabled } from "./colors.ts";

/**
 * To be called before the prompts are loaded: they look once, then, whether the terminal has
 * colours, and know nothing of those that were turned off here.
 */
export function keepPromptsPlain(): void {
  if (!getColorEnabled()) WriteStream.prototype.hasColors = () => false;
}
