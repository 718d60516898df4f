// What has to go even when the process that made it is stopped in the middle: a test runner that is interrupted ends
// its files with SIGTERM, and nothing that is awaited gets done then.

const tidying = new Set<() => void>();

/** Runs `tidy`, which may not wait for anything, when this process ends early. Returns what calls that off. */
export function onEarlyEnd(tidy: () => void): () => void {
  if (tidying.size === 0) watch();
  tidying.add(tidy);
  return () => void tidying.delete(tidy);
}

let watching: "yes" | "no" = "no";

function watch(): void {
  if (watching === "yes") return;
  watching = "yes";
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
  process.on("exit", () => {
    // The newest first: a platform before the directory that it works in.
    for (const tidy of [...tidying].reverse()) tidy();
  });
}
