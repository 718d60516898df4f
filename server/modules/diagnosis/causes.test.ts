import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { catalogueIds, releasedIds } from "./catalogue.ts";
import { causes } from "./causes.ts";
import { diagnose, noFaultId, unknownId } from "./engine.ts";
import type { CaseFile, Cause, Finding, Hole } from "./model.ts";
import { questions } from "./questions.ts";
import { signals } from "./signals.ts";

const holes: readonly Hole[] = [
  "shop",
  "channel",
  "what",
  "code",
  "terminal",
  "probably",
  "paid",
  "refunded",
  "service",
];
const deps = { causes, questions };

/** What a finding amounts to: the cause it names, or its verdict. */
function namedBy(finding: Finding): string {
  if (finding.verdict === "noFault") return noFaultId;
  if (finding.verdict === "unknown") return unknownId;
  return finding.verdict === "named" ? (finding.causes[0]?.id ?? "") : "question";
}

function holesOf(text: string): string[] {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ""))].sort();
}

test("the folder holds one file for every cause of this release, and the catalogue counts what is missing", (context) => {
  const files = readdirSync(new URL("./causes/", import.meta.url)).map((name) => name.replace(/\.ts$/, ""));
  assert.deepEqual(files.toSorted(), [...releasedIds].sort());
  assert.deepEqual(causes.map((cause) => cause.id).sort(), [...releasedIds].sort());
  assert.equal(new Set(catalogueIds).size, 113, "101 causes of the sources and 12 of our own");
  const missing = catalogueIds.filter((id) => !releasedIds.includes(id));
  assert.equal(missing.length + releasedIds.length, catalogueIds.length);
  context.diagnostic(
    `${releasedIds.length} of ${catalogueIds.length} causes of the catalogue can be named, ${missing.length} are missing`,
  );
});

test("every text exists in both languages with the same holes, and only with holes that are filled", () => {
  for (const cause of causes) {
    const texts = [
      cause.names,
      ...Object.values(cause.texts),
      ...(cause.variants ?? []).flatMap((variant) => [
        ...(variant.names ? [variant.names] : []),
        ...Object.values(variant.texts ?? {}),
        ...(variant.remedies ?? []).map((remedy) => remedy.text),
      ]),
      ...cause.remedies.map((remedy) => remedy.text),
    ];
    for (const { zh, en } of texts) {
      assert.ok(zh.trim() && en.trim(), cause.id);
      assert.match(zh, /\p{Script=Han}/u, cause.id);
      assert.doesNotMatch(en, /\p{Script=Han}/u, cause.id);
      assert.deepEqual(holesOf(zh), holesOf(en), `${cause.id}: ${en}`);
      for (const hole of holesOf(zh))
        assert.ok((holes as readonly string[]).includes(hole), `${cause.id}: {${hole}}`);
    }
  }
});

test("a cause speaks only of signals and questions that exist, in chances between nothing and certainty", () => {
  for (const cause of causes) {
    const named = [
      ...Object.keys(cause.likelihoods),
      ...[...cause.refutations, ...cause.neededToName].map(({ signal }) => signal),
    ];
    for (const name of named) assert.ok(signals.has(name), `${cause.id}: ${name}`);
    for (const chance of Object.values(cause.likelihoods))
      assert.ok(chance !== undefined && chance > 0 && chance < 1, cause.id);
    for (const id of cause.questions) assert.ok(questions.has(id), `${cause.id}: ${id}`);
    assert.ok(cause.prior > 0 && cause.prior < 1, cause.id);
    assert.ok(
      cause.neededToName.length > 0 || cause.id === unknownId,
      `${cause.id} could be named without evidence`,
    );
    assert.equal(new Set(cause.remedies.map((remedy) => remedy.id)).size, cause.remedies.length, cause.id);
  }
});

const describe = (file: CaseFile, finding: Finding): string =>
  `${JSON.stringify(finding.causes.map(({ id, probability }) => [id, Number(probability.toFixed(3))]))} for ${JSON.stringify({ payment: file.payment?.state, code: file.payment?.code, answers: file.answers })}`;

test("every cause is named for its hits", () => {
  for (const cause of causes) {
    assert.ok(cause.examples.hits.length >= 1, cause.id);
    cause.examples.hits.forEach((file, index) => {
      const finding = diagnose(deps, file);
      assert.equal(namedBy(finding), cause.id, `${cause.id}, hit ${index + 1}: ${describe(file, finding)}`);
    });
  }
});

test("no cause is named for its misses", () => {
  for (const cause of causes) {
    assert.ok(cause.examples.misses.length >= 1, cause.id);
    cause.examples.misses.forEach((file, index) => {
      const finding = diagnose(deps, file);
      assert.notEqual(
        namedBy(finding),
        cause.id,
        `${cause.id}, miss ${index + 1}: ${describe(file, finding)}`,
      );
    });
  }
});

test("no cause matches an example of another unless it declares that it outranks it", () => {
  const matches = (cause: Cause, file: CaseFile): boolean =>
    diagnose(deps, file).causes.some((ranked) => ranked.id === cause.id && ranked.probability >= 0.5);
  for (const cause of causes) {
    for (const other of causes.filter(
      (candidate) => candidate !== cause && !cause.outranks.includes(candidate.id),
    )) {
      other.examples.hits.forEach((file, index) => {
        if (other.id === unknownId) return; // there nobody is named; who is merely suspected is tested below
        assert.ok(
          !matches(cause, file),
          `${cause.id} matches hit ${index + 1} of ${other.id}: ${describe(file, diagnose(deps, file))}`,
        );
      });
    }
  }
});

test("whatever is named is named with a fact, and with less than certainty", () => {
  for (const file of causes.flatMap((cause) => [...cause.examples.hits, ...cause.examples.misses])) {
    const finding = diagnose(deps, file);
    if (finding.verdict !== "named" && finding.verdict !== "noFault") continue;
    const [top] = finding.causes;
    assert.ok(top && top.because.length > 0, describe(file, finding));
    for (const { probability } of finding.causes) assert.ok(probability >= 0 && probability < 1);
  }
});

test("a case file that was stored gives the same finding when it is read back", () => {
  for (const file of causes.flatMap((cause) => cause.examples.hits)) {
    const stored = JSON.parse(JSON.stringify(file)) as CaseFile;
    assert.deepEqual(stored, file);
    assert.deepEqual(diagnose(deps, stored), diagnose(deps, file));
  }
});
