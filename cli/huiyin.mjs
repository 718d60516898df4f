#!/usr/bin/env node
// The huiyin command: what tools/setup.mjs has compiled where that is what the sources say, the sources themselves where
// not. Plain JavaScript, as Node’s own compiler of TypeScript would stay in memory.
import { enableCompileCache, setSourceMapsSupport } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { isCurrent } from "../tools/compiled.mjs";

// Nearly all that a start makes stays. Room for what does not would grow to 32 MB over it, and never be given back by a
// platform at rest; commands/start.ts lets it grow once there is work. Before anything else: what was compiled under
// other flags is compiled anew.
setFlagsFromString("--semi-space-growth-factor=1");

// Beside the code, so that it goes with it. Where nobody may write there, everything works as without it.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/huiyin"));
const compiled = join(import.meta.dirname, "dist");
// `node --watch` has to see the sources.
const watched = process.env["WATCH_REPORT_DEPENDENCIES"] !== undefined;
if (!watched && isCurrent(compiled)) {
  // Stacks name the sources; a map is read when the first stack is.
  setSourceMapsSupport(true, { nodeModules: false, generatedCode: false });
  const { run } = await import("./dist/run.js");
  await run(process.argv);
} else {
  const { run } = await import("./run.ts");
  await run(process.argv);
}
