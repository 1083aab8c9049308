/** Stands in for `jsr:@std/fmt@1/colors` where JSR cannot be reached. */
import { stripVTControlCharacters, styleText } from "node:util";

let enabled = !Deno.noColor;

/** Turns colours on or off for every function of this module; under NO_COLOR they stay off. */
export function setColorEnabled(value: boolean): void {
  if (!Deno.noColor) enabled = value;
}

/** Whether the functions of this module colour. */
export function getColorEnabled(): boolean {
  return enabled;
}

function style(format: Parameters<typeof styleText>[0]): (text: string) => string {
  return (text) => enabled ? styleText(format, text, { validateStream: false }) : text;
}

export const bold: (text: string) => string = style("bold");
export const dim: (text: string) => string = style("dim");
export const italic: (text: string) => string = style("italic");
export const underline: (text: string) => string = style("underline");
export const red: (text: string) => string = style("red");
export const green: (text: string) => string = style("green");
export const yellow: (text: string) => string = style("yellow");
export const blue: (text: string) => string = style("blue");
export const magenta: (text: string) => string = style("magenta");
export const cyan: (text: string) => string = style("cyan");
export const white: (text: string) => string = style("white");
export const gray: (text: string) => string = style("gray");

/** `text` without terminal escape sequences. */
export function stripAnsiCode(text: string): string {
  return stripVTControlCharacters(text);
}
