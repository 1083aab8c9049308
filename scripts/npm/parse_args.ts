/** Stands in for `jsr:@std/cli@1/parse-args` where JSR cannot be reached, over minimist. */
import minimist from "npm:minimist@1";

/** What our command lines use of the options of `parseArgs`. */
export interface ParseOptions<B extends string, S extends string, C extends string> {
  readonly boolean?: readonly B[];
  readonly string?: readonly S[];
  readonly collect?: readonly C[];
  readonly alias?: Readonly<Record<string, string | readonly string[]>>;
  readonly "--"?: boolean;
  readonly stopEarly?: boolean;
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The flags by name, the positional arguments under `_`, what follows a `--` under `--`. */
export type Args<B extends string, S extends string, C extends string> =
  & Record<string, unknown>
  & (string extends B ? unknown : { [K in B]: boolean })
  & (string extends S ? unknown : { [K in Exclude<S, C>]?: string })
  & (string extends C ? unknown : { [K in Extract<S, C>]: string[] })
  & { _: Array<string | number>; "--": string[] };

interface Minimist {
  (args: string[], options: {
    boolean: string[];
    string: string[];
    alias: Record<string, string | string[]>;
    "--": boolean;
    stopEarly: boolean;
    unknown: (arg: string) => boolean;
  }): Record<string, unknown> & { _: Array<string | number> };
}

const untyped: Minimist = minimist;

/** Marks `--no-x` as a flag of that name; minimist alone would set `x` to false. */
const NEGATED = "=\u0001";

/** Reads a command line the way `parseArgs` of the standard library does. */
export function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const C extends string = never,
>(args: readonly string[], options: ParseOptions<B, S, C> = {}): Args<B, S, C> {
  const end = args.indexOf("--");
  const given = args.map((arg, index) =>
    /^--no-[^=]+$/.test(arg) && (end < 0 || index < end) ? arg + NEGATED : arg
  );
  const collect = new Set<string>(options.collect ?? []);
  const parsed = untyped(given, {
    boolean: [...options.boolean ?? []],
    string: [...options.string ?? []],
    alias: mutable(options.alias ?? {}),
    "--": options["--"] ?? false,
    stopEarly: options.stopEarly ?? false,
    unknown: (arg) => callUnknown(arg, options),
  });
  const aliases = new Map(Object.entries(options.alias ?? {}));
  for (const name of [...collect]) {
    for (const other of [aliases.get(name) ?? []].flat()) collect.add(other);
  }
  for (const [key, value] of Object.entries(parsed)) {
    if (key === "_" || key === "--") continue;
    if (collect.has(key)) parsed[key] = [value].flat();
    else if (Array.isArray(value)) parsed[key] = value.at(-1);
    else if (value === NEGATED.slice(1)) parsed[key] = true;
  }
  for (const key of collect) parsed[key] ??= [];
  parsed._ = parsed._.map((arg) => typeof arg === "string" ? restore(arg) : arg);
  return parsed as Args<B, S, C>;
}

function callUnknown(
  marked: string,
  options: ParseOptions<string, string, string>,
): boolean {
  const arg = restore(marked);
  if (!options.unknown || !/^-./.test(arg)) return true;
  const long = /^--([^=]+)(?:=(.*))?$/s.exec(arg);
  if (long) return options.unknown(arg, long[1], long[2] ?? true) !== false;
  const known = new Set<string>([
    ...options.boolean ?? [],
    ...options.string ?? [],
    ...Object.entries(options.alias ?? {}).flat(2),
  ]);
  const letter = [...arg.slice(1)].find((one) => !known.has(one)) ?? arg.slice(1);
  return options.unknown(arg, letter, true) !== false;
}

function restore(arg: string): string {
  return arg.endsWith(NEGATED) ? arg.slice(0, -NEGATED.length) : arg;
}

function mutable(
  alias: Readonly<Record<string, string | readonly string[]>>,
): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(alias).map((
      [key, value],
    ) => [key, typeof value === "string" ? value : [...value]]),
  );
}
