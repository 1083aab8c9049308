import { assert, assertEquals } from "jsr:@std/assert@1";
import fc from "npm:fast-check@4";
import { seeded } from "../../tests/fuzz/mutations.ts";
import { safeName } from "./safe_name.ts";
import { safePaths } from "./safe_paths.ts";

const bytesIn = (text: string) => new TextEncoder().encode(text).length;

/** The paths of a folder's files, with `/` between the parts. */
function pathsOf(...files: string[][]): string[] {
  const names = { name: "root", single: false, files: files.map((path) => ({ path })) };
  return safePaths(names).files.map((parts) => parts.join("/"));
}

/** What is wrong with the paths of a torrent's files, or undefined. */
function problem(root: string, files: readonly string[][]): string | undefined {
  const seen = new Map<string, string>(); // what a file system may see there: a file or a folder
  for (const parts of files) {
    if (parts.length === 0) return "no file";
    for (const part of [root, ...parts]) {
      if (safeName(part) !== part) return `unsafe: ${JSON.stringify(part)}`;
      if (bytesIn(part) > 240) return "part too long";
    }
    if (bytesIn([root, ...parts].join("/")) > 1_000) return "path too long";
    for (let depth = 1; depth <= parts.length; depth++) {
      const exact = parts.slice(0, depth).join("/");
      const kind = depth === parts.length ? "file" : `folder ${exact}`;
      const keys = new Set([
        exact.normalize("NFC").toLowerCase(),
        exact.normalize("NFD").toUpperCase(),
      ]);
      for (const key of keys) {
        const other = seen.get(key);
        if (other !== undefined && (other !== kind || kind === "file")) return `twice: ${exact}`;
        seen.set(key, kind);
      }
    }
  }
}

Deno.test("safePaths: names of files and folders that are hostile or that no platform takes", () => {
  const table: [path: string[], becomes: string][] = [
    [["a.txt"], "a.txt"],
    [["folder", "a b.tar.gz"], "folder/a b.tar.gz"],
    [["..", "..", "x"], "__/__/x"],
    [[".", "x"], "_/x"],
    [["", "x"], "_/x"],
    [[""], "_"],
    [[".."], "__"],
    [["/etc/passwd"], "_etc_passwd"],
    [["/", "etc"], "_/etc"],
    [["..\\..\\x"], ".._.._x"],
    [["../../x"], ".._.._x"],
    [["C:\\x"], "C__x"],
    [["C:", "x"], "C_/x"],
    [["\\\\host\\share"], "__host_share"],
    [["x:stream"], "x_stream"],
    [["CON", "aux.txt"], "_CON/_aux.txt"],
    [["COM¹"], "_COM¹"],
    [["name.", "name "], "name_/name_"],
    [["a\u0000b\u001b"], "a_b_"],
    [["gpj.\u202eexe"], "gpj._exe"],
    [["e\u0301"], "\u00e9"],
    [["a".repeat(300) + ".tar"], "a".repeat(236) + ".tar"],
  ];
  for (const [path, becomes] of table) {
    assertEquals(pathsOf(path), [becomes], JSON.stringify(path));
  }
});

Deno.test("safePaths: names that a file system may take for the same are told apart", () => {
  const table: [files: string[][], become: string[]][] = [
    [[["a"], ["A"], ["a"]], ["a", "A (2)", "a (3)"]],
    [[["a.txt"], ["a.TXT"]], ["a.txt", "a (2).TXT"]],
    [[["a?.txt"], ["a*.txt"]], ["a_.txt", "a_ (2).txt"]],
    [[["\u00e9"], ["e\u0301"]], ["\u00e9", "\u00e9 (2)"]],
    [[["Straße"], ["STRASSE"]], ["Straße", "STRASSE (2)"]],
    [[["k"], ["\u212a"]], ["k", "K (2)"]],
    [[[".bashrc"], [".BASHRC"]], [".bashrc", ".BASHRC (2)"]],
    [[["a"], ["a (2)"], ["A"]], ["a", "a (2)", "A (3)"]],
    [[["a"], ["A"], ["a (2)"]], ["a", "A (2)", "a (2) (2)"]],
    [[["d", "x"], ["D", "x"], ["d", "y"]], ["d/x", "D (2)/x", "d/y"]],
    [[["d:", "x"], ["d_", "x"], ["d:", "X"]], ["d_/x", "d_ (2)/x", "d_/X (2)"]],
    [[["a"], ["a", "b"]], ["a", "a (2)/b"]],
    [[["a", "b"], ["a"]], ["a/b", "a (2)"]],
    [[["a", "b"], ["a"], ["A", "b"]], ["a/b", "a (2)", "A (3)/b"]],
    [[["x", "a"], ["y", "a"]], ["x/a", "y/a"]],
  ];
  for (const [files, become] of table) assertEquals(pathsOf(...files), become);
});

Deno.test("safePaths: a number fits into a name that is as long as can be", () => {
  const long = "é".repeat(118) + ".txt";
  const [first, second, third] = pathsOf([long], [long.toUpperCase()], [long]);
  assertEquals([first, bytesIn(first!)], [long, 240]);
  assertEquals(second, "É".repeat(112) + " (2).TXT");
  assertEquals(third, "é".repeat(112) + " (3).txt");
});

Deno.test("safePaths: a path that is too long keeps its first folders and its file", () => {
  const folder = (letter: string) => letter.repeat(200);
  const path = [..."abcde"].map(folder);
  const [whole, other, again] = pathsOf([...path, "x"], [...path, "y"], [...path.slice(0, 4), "z"]);
  const digest = /^[0-9a-f]{32}$/;
  const parts = whole!.split("/");
  assertEquals(parts.toSpliced(3, 1), [folder("a"), folder("b"), folder("c"), "x"]);
  assert(digest.test(parts[3]!), parts[3]);
  assertEquals(other, [...parts.slice(0, 4), "y"].join("/"), "the same folder");
  assertEquals(again, [...path.slice(0, 4), "z"].join("/"), "short enough");
  const [different] = pathsOf([...path.slice(0, 4), folder("f"), "x"]);
  assert(different!.split("/")[3] !== parts[3], "another folder");
  const deep = pathsOf([...Array<string>(100_000).fill("d"), "x"], ["d", "x"]);
  assertEquals(problem("root", deep.map((each) => each.split("/"))), undefined);
});

Deno.test("safePaths: up to 1,000 bytes, the torrent's folder included, a path stays as it is", () => {
  const fitting = [..."abc"].map((letter) => letter.repeat(240));
  const rest = 1_000 - bytesIn(["root", ...fitting, "", "x".repeat(200)].join("/"));
  const path = [...fitting, "d".repeat(rest), "x".repeat(200)];
  assertEquals(bytesIn(["root", ...path].join("/")), 1_000);
  const room = [...path.slice(0, -1), "x".repeat(188)]; // a number might have to be added
  assertEquals(pathsOf(room), [room.join("/")]);
  const parts = pathsOf([...path.slice(0, -1), "x".repeat(189)])[0]!.split("/");
  assertEquals(parts.toSpliced(2, 1), [...fitting.slice(0, 2), "x".repeat(189)]);
  assertEquals(parts[2]!.length, 32);
  const long = { name: "n".repeat(500), single: false, files: [{ path: room }] };
  const { root, files } = safePaths(long);
  assertEquals([bytesIn(root), problem(root, files)], [240, undefined]);
});

Deno.test("safePaths: a torrent of one file has the file for its root", () => {
  const names = { name: "../x.txt", single: true, files: [{ path: ["../x.txt"] }] };
  assertEquals(safePaths(names), { root: ".._x.txt", files: [[]] });
  assertEquals(safePaths({ ...names, name: ".." }).root, "__");
  assertEquals(safePaths({ ...names, single: false, name: "" }), {
    root: "_",
    files: [[".._x.txt"]],
  });
});

Deno.test("safePaths: whatever the names, paths are safe, unique and always the same", () => {
  const fragment = fc.oneof(
    fc.string({ unit: "binary", maxLength: 4 }),
    fc.constantFrom(
      "a",
      "A",
      "b",
      "é",
      "e\u0301",
      "É",
      "ß",
      "SS",
      "ſ",
      "İ",
      "ı",
      "i",
      "ς",
      "Σ",
      "K",
    ),
    fc.constantFrom(".", "..", " ", "/", "\\", ":", "con", " (2)", ".txt", "\ud800", "\u202e"),
    fc.constantFrom("x".repeat(235), "x".repeat(240), "é".repeat(200), "y".repeat(5_000)),
  );
  const part = fc.array(fragment, { maxLength: 3 }).map((fragments) => fragments.join(""));
  const files = fc.array(
    fc.array(part, { minLength: 1, maxLength: 8 }).map((path) => ({ path })),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(part, files, (name, files) => {
      const names = { name, single: false, files };
      const safe = safePaths(names);
      assertEquals(safe.files.length, files.length);
      assertEquals(problem(safe.root, safe.files), undefined);
      assertEquals(safePaths(names), safe);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("safePaths: a million names without an escape", () => {
  const random = seeded(52_001);
  const alphabet = [..."aAbB.. /\\:\u202e\u0000é\u0301~(2)$*"];
  const words = [
    "..",
    ".",
    "con",
    "NUL.txt",
    "C:",
    "\\\\?\\",
    "~",
    "%2e%2e",
    "..;",
    "．．",
    "／",
    "a ",
  ];
  const word = () =>
    random() < 0.3
      ? words[Math.floor(random() * words.length)]!
      : Array.from({ length: random() * 5 }, () => alphabet[Math.floor(random() * alphabet.length)])
        .join("");
  for (let done = 0; done < 1_000_000; done += 2_000) {
    const files = Array.from({ length: 1_000 }, () => ({ path: [word(), word()] }));
    const { root, files: safe } = safePaths({ name: word(), single: false, files });
    const unique = new Set(safe.map((parts) => parts.join("/").toLowerCase().normalize("NFC")));
    assertEquals(unique.size, 1_000);
    for (const part of [root, ...safe.flat()]) {
      // deno-lint-ignore no-control-regex -- controls are what is looked for
      if (/[/\\:*\u0000-\u001f\u202e]|[. ]$|^$|^(con|nul)(\.|$)/i.test(part)) throw new Error(part);
    }
  }
});

Deno.test("safePaths: numbers are given out as fast to many as to few", () => {
  const long = "z".repeat(300);
  const alike = (file: number) => "y".repeat(230) + String(file >> 2).padStart(6, "0"); // each twice
  const names = ["a", long, alike];
  const files = Array.from({ length: 120_000 }, (_, file) => {
    const name = names[file % 4] ?? alike;
    return { path: [typeof name === "string" ? name : name(file)] };
  });
  const { files: safe } = safePaths({ name: "n", single: false, files });
  assertEquals(new Set(safe.flat()).size, 120_000);
  assertEquals([safe[0], safe[4], safe[119_996]], [["a"], ["a (2)"], ["a (30000)"]]);
  assertEquals(safe[119_999], ["y".repeat(228) + " (30001)"]);
});
