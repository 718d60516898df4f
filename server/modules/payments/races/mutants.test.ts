// Each lock and each comparison of the money path taken away: the race for it must notice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { mutantNames, mutantText, tryMutant, type Bench } from "../../../../sim/mutants.ts";
import { copyTree } from "../../../../sim/tree.ts";
import { createTypeChecker } from "../../../../sim/typeCheck.ts";

const folder = fileURLToPath(new URL("mutants/", import.meta.url));
let bench: Bench;

before(() => {
  const tree = copyTree();
  bench = { tree, types: createTypeChecker(tree.directory) };
});

after(() => bench.tree.remove());

for (const name of mutantNames(folder))
  test(`the planted bug ${name} is killed by the test that its header names`, async () => {
    const verdict = await tryMutant(bench, name, mutantText(name, folder));
    assert.equal(verdict.killed, "yes", verdict.detail);
  });
