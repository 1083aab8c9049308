/** Stands in for `jsr:@std/fmt@1/bytes` where JSR cannot be reached. */
import prettyBytes from "npm:pretty-bytes@7";

/** What we use of the options of `format`. */
export interface FormatOptions {
  bits?: boolean;
  binary?: boolean;
  signed?: boolean;
  locale?: boolean | string | string[];
  minimumFractionDigits?: number;
  maximumFractionDigits?: number;
}

/** A size for people: 1337 becomes `1.34 kB`. */
export function format(bytes: number, options: FormatOptions = {}): string {
  return prettyBytes(bytes, options);
}
