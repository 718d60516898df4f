#!/usr/bin/env node
// The huiyin command. Only this much is read at first: what follows comes compiled from the last run, in half the time.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Beside the code, so that it goes with it. Where nobody may write there, everything works as without it.
enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/huiyin"));
const { run } = await import("./run.ts");
await run(process.argv);
