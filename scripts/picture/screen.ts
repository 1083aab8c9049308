/** Reads what a terminal shows: text with SGR escapes becomes runs of one style. */

/** Characters of one style beside each other in a row. */
export interface Run {
  readonly column: number;
  readonly text: string;
  /** One of the 16 colours; absent: the terminal's own. */
  readonly color?: number;
  readonly bold: boolean;
  readonly dim: boolean;
}

type Style = Pick<Run, "color" | "bold" | "dim">;

const PLAIN: Style = { bold: false, dim: false };

/** The rows of a terminal; the style that a row begins with is the one that the row before ended with. */
export function rowsOf(text: string): Run[][] {
  let style = PLAIN;
  return text.replace(/\n$/, "").split("\n").map((line) => {
    const runs: Run[] = [];
    let column = 0;
    // deno-lint-ignore no-control-regex -- escapes are what is looked for
    for (const [part, codes] of line.matchAll(/\x1b\[([\d;:]*)m|[^\x1b]+|\x1b/g)) {
      if (codes !== undefined) style = styled(style, codes);
      else {
        for (const run of words(part, column)) runs.push({ ...run, ...style });
        column += [...part].length;
      }
    }
    return runs;
  });
}

/** What stands between gaps, so that no space at an end or beside another has to be drawn. */
function words(part: string, start: number): { column: number; text: string }[] {
  return [...part.matchAll(/\S+(?: \S+)*/g)].map((match) => {
    return { column: start + [...part.slice(0, match.index)].length, text: match[0] };
  });
}

function styled(style: Style, codes: string): Style {
  let next = style;
  for (const code of codes.split(";").map(Number)) {
    if (code === 0) next = PLAIN;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code >= 30 && code <= 37) next = { ...next, color: code - 30 };
    else if (code >= 90 && code <= 97) next = { ...next, color: code - 82 };
    else if (code === 39) next = { bold: next.bold, dim: next.dim };
  }
  return next;
}
