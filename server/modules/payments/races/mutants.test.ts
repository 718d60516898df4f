// Each lock and each comparison of the money path taken away: the race for it must notice.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { mutantNames, mutantText, sharedBench, tryMutant } from "../../../../sim/mutants.ts";

const folder = fileURLToPath(new URL("mutants/", import.meta.url));
for (const name of mutantNames(folder))
  test(`the planted bug ${name} is killed by the test that its header names`, async () => {
    const verdict = await tryMutant(sharedBench(), name, mutantText(name, folder));
    assert.equal(verdict.killed, "yes", verdict.detail);
  });
