/**
 * Calls back whenever the program is told by SIGHUP to read its files again, where the system has that
 * signal.
 */
export function onReloadSignal(reload: () => void): Disposable {
  if (Deno.build.os === "windows") return { [Symbol.dispose]() {} };
  Deno.addSignalListener("SIGHUP", reload);
  return { [Symbol.dispose]: () => Deno.removeSignalListener("SIGHUP", reload) };
}
