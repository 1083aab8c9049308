import Module, { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import "npm:preact@11";
import "npm:uplot@1";

/** The texts of the packages that the browser runs. */
export interface Libraries {
  /** ES modules. */
  readonly preact: string;
  readonly uplot: string;
  /** A style sheet. */
  readonly uplotStyle: string;
}

/**
 * Reads the browser's packages out of wherever Deno keeps them: its cache, or the executable.
 *
 * A package's file may be loaded as a module without any permission, while reading it as a file would
 * need one; so the loader of CommonJS modules is asked for the file, and its text is taken from the
 * step that would compile it. That works from source, from a URL and compiled, on Deno 2.4 and later.
 *
 * @throws {Error} Where this way of running has no such files.
 */
export function readLibraries(): Libraries {
  return {
    preact: readPackageFile(import.meta.resolve("npm:preact@11")),
    uplot: readPackageFile(import.meta.resolve("npm:uplot@1/dist/uPlot.esm.js")),
    uplotStyle: readPackageFile(import.meta.resolve("npm:uplot@1/dist/uPlot.min.css")),
  };
}

function readPackageFile(url: string): string {
  const path = fileURLToPath(url);
  const texts: string[] = [];
  const module = Object.assign(new Module(path), {
    _compile(text: string): void {
      texts.push(text);
    },
  });
  createRequire(url).extensions[".js"]?.(module, path);
  if (texts[0] === undefined) throw new Error(`${url} cannot be read`);
  return texts[0];
}
