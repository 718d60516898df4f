import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { references } from "./generate.ts";

test("the generated references are those of this tree (npm run generate)", async () => {
  for (const [path, text] of await references()) assert.equal(readFileSync(path, "utf8"), text, path);
});
