// Writes docs/reference/performance.md from the results that are kept.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import prettier from "prettier";
import { performanceReference } from "./performanceReference.ts";

/** Writes the page anew. */
export async function writeDocument(): Promise<void> {
  const file = fileURLToPath(new URL("../docs/reference/performance.md", import.meta.url));
  const options = (await prettier.resolveConfig(file)) ?? {};
  writeFileSync(file, await prettier.format(performanceReference(), { ...options, filepath: file }));
}
