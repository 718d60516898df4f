import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mutantNames, mutantText, sharedBench, tryMutant } from "./mutants.ts";

test("the bugs that money software must never have are planted", () => {
  assert.deepEqual(mutantNames(), [
    "expiry-closes-unasked",
    "late-success-unbooked",
    "network-error-is-failure",
    "refund-fee-by-part",
    "refund-silence-is-failure",
    "resolver-unscheduled",
    "signature-unchecked",
    "unionpay-merchant-unchecked",
    "unionpay-query-code-is-fate",
    "wechat-digest-unchecked",
    "wechat-probe-accepted",
    "wechat-refund-taken-over-is-refunded",
    "wechat-reversal-too-early",
    "wechat-tag-unchecked",
  ]);
});

for (const name of mutantNames()) {
  test(`the planted bug ${name} is killed by the checker that its header names`, async () => {
    const verdict = await tryMutant(sharedBench(), name, mutantText(name));
    assert.equal(verdict.killed, "yes", verdict.detail);
  });
}

const header = `name: broken
breaks: nothing
killed-by: booksAgree
seeds: 1
payments: 1

diff --git a/sim/trouble.ts b/sim/trouble.ts
--- a/sim/trouble.ts
+++ b/sim/trouble.ts
`;
const [firstLine = "", secondLine = ""] = readFileSync(new URL("trouble.ts", import.meta.url), "utf8").split(
  "\n",
);
const mark = "(globalThis as { mutantReached?: () => void }).mutantReached?.();";
const withLine = (line: string): string =>
  `${header}@@ -1,2 +1,3 @@\n ${firstLine}\n+${line}\n ${secondLine}\n`;

test("a patch that does not apply has killed nobody", async () => {
  const text = withLine(mark).replace(firstLine, "// This line is not there.");
  const verdict = await tryMutant(sharedBench(), "broken", text);
  assert.equal(verdict.killed, "no");
  assert.match(verdict.detail, /does not apply/);
});

test("a patch that does not compile has killed nobody", async () => {
  const verdict = await tryMutant(
    sharedBench(),
    "broken",
    withLine(`const number: number = "mutantReached";`),
  );
  assert.equal(verdict.killed, "no");
  assert.match(verdict.detail, /does not compile/);
});

test("a patch whose line is never reached has killed nobody", async () => {
  const verdict = await tryMutant(
    sharedBench(),
    "broken",
    withLine(`export const never = (): void => void ${mark}`),
  );
  assert.equal(verdict.killed, "no");
  assert.match(verdict.detail, /never reached/);
});

test("a patch that changes nothing has killed nobody", async () => {
  const verdict = await tryMutant(sharedBench(), "broken", withLine(mark));
  assert.equal(verdict.killed, "no");
  assert.match(verdict.detail, /booksAgree did not report it; nobody did/);
});

test("a header that leaves something out is refused", async () => {
  for (const line of ["breaks: nothing\n", "killed-by: booksAgree\n", "seeds: 1\n"]) {
    await assert.rejects(
      tryMutant(sharedBench(), "broken", withLine(mark).replace(line, "")),
      /the header has no/,
    );
  }
  await assert.rejects(tryMutant(sharedBench(), "broken", withLine("// nothing")), /no line calls/);
});
