import { messageOf } from "../base/errors.ts";
import type { AppError } from "../app/errors.ts";
import { parseHostPort } from "../app/host_port.ts";
import type { HostPort, TrackerName } from "../app/types.ts";
import type { FlagSpec } from "./spec.ts";
import { parseDuration, parseRate } from "./units.ts";

/** How trackers are named. */
const TRACKERS = "write HOST:PORT, or a URL that begins with tcp, http, https or udp";

/** The value of a flag: durations in milliseconds, rates in bytes a second. */
export type FlagValue = string | number | boolean | readonly TrackerName[];

/**
 * Reads the value of a flag.
 *
 * @param flag What it has to be.
 * @param texts As they were written, one at least; the last one counts where the flag is no list.
 * @param fail Makes the error; it is told what is wrong: `is not a whole number`.
 * @throws What `fail` makes.
 */
export function readFlagValue(
  flag: FlagSpec,
  texts: readonly string[],
  fail: (why: string) => AppError,
): FlagValue {
  const text = texts.at(-1)!;
  switch (flag.kind) {
    case "boolean":
      if (/^(1|true|yes|on)$/i.test(text)) return true;
      if (/^(0|false|no|off)$/i.test(text)) return false;
      throw fail("is neither yes nor no");
    case "number":
      if (!/^\d{1,15}$/.test(text)) throw fail("is not a whole number");
      return inRange(flag, Number(text), String, fail);
    case "duration": {
      const ms = parseDuration(text);
      if (ms === undefined) throw fail("is not a duration; write 500ms, 60s, 10m or 24h");
      return inRange(flag, ms, (value) => `${value / 1000}s`, fail);
    }
    case "rate": {
      const rate = parseRate(text);
      if (rate === undefined) throw fail("is not a rate; write 500KB, 1.5MB or 60MiB, a second");
      return inRange(flag, rate, (value) => `${value} bytes`, fail);
    }
    case "string":
      if (flag.choices && !flag.choices.includes(text)) {
        throw fail(`is none of ${flag.choices.join(", ")}`);
      }
      if (flag.form && !flag.form.pattern.test(text)) throw fail(`is not ${flag.form.called}`);
      return text;
    case "decimal":
      if (!/^\d{1,9}(\.\d{1,6})?$/.test(text)) throw fail("is not a number such as 2 or 1.5");
      return inRange(flag, Number(text), String, fail);
    case "strings":
      return texts;
    case "trackers":
      return separate(texts).map((one) => {
        if (/^(https?|udp):\/\//i.test(one)) return one;
        const bare = one.replace(/^tcp:\/\//i, "").replace(/\/$/, "");
        if (bare.includes("://")) throw fail(`is none that can be asked: ${TRACKERS}`);
        return readAddress(bare, flag, fail);
      });
    case "addresses":
      return separate(texts).map((one) => readAddress(one, flag, fail));
    default:
      return flag.kind satisfies never;
  }
}

function separate(texts: readonly string[]): string[] {
  return texts.flatMap((one) => one.split(",")).map((one) => one.trim()).filter((one) =>
    one !== ""
  );
}

function readAddress(text: string, flag: FlagSpec, fail: (why: string) => AppError): HostPort {
  try {
    return parseHostPort(text, flag.defaultPort);
  } catch (error) {
    const why = messageOf(error).replace(/^".*" is not an address: /s, "").replace(/\.$/, "");
    throw fail(`is not an address: ${why}`);
  }
}

function inRange(
  flag: FlagSpec,
  value: number,
  write: (value: number) => string,
  fail: (why: string) => AppError,
): number {
  if (flag.min !== undefined && value < flag.min) throw fail(`is less than ${write(flag.min)}`);
  if (flag.max !== undefined && value > flag.max) throw fail(`is more than ${write(flag.max)}`);
  return value;
}
