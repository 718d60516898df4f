// How often diagnosis is right, measured: every fault switch of the sandbox, and what goes wrong without one, through real
// requests to the simulated Alipay. A scenario knows what it planted; the engine sees what a shop would see. The table of
// precision and recall is printed; nothing here is told to the engine.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { faults } from "@huiyin/sandbox/faults/catalogue.ts";
import { networksOf } from "@huiyin/sandbox/faults/model.ts";
import { unwrap } from "../../kernel/result.ts";
import { noFaultId, unknownId } from "./engine.ts";
import { answerQuestion, diagnosePayment, type Diagnosed } from "./service.ts";
import { toldFor } from "./variants.ts";
import { causeOf } from "./causes.ts";
import { tryNowOf } from "./advice.ts";
import { diagnosisView } from "./views.ts";
import { scenarios, type Scenario } from "./testing/scenarios.ts";
import { gatewayBench, type GatewayBench } from "./testing/gatewayBench.ts";

const actor = "key_operator";

/** What a finding amounts to: the first cause it names, “no fault”, “unknown”, or a question. */
function told({ revision: { finding } }: Diagnosed): string {
  switch (finding.verdict) {
    case "named":
      return finding.named[0] ?? "";
    case "noFault":
      return noFaultId;
    case "unknown":
      return unknownId;
    case "question":
      return `question ${String(finding.questionId)}`;
  }
}

const describe = ({ revision: { finding } }: Diagnosed): string =>
  JSON.stringify(
    finding.causes.map(({ id, probability, sureness, because }) => [
      id,
      Number(probability.toFixed(3)),
      sureness,
      because.map((fact) => fact.name).join(" "),
    ]),
  );

async function play(bench: GatewayBench, scenario: Scenario): Promise<Diagnosed> {
  const asked = await scenario.happen(bench);
  if ("diagnosed" in asked) return asked.diagnosed;
  const first = unwrap(await diagnosePayment(bench.diagnosis, bench.merchantId, asked.paymentId, actor));
  if (scenario.answer === undefined) return first;
  assert.equal(told(first), `question ${scenario.answer.questionId}`, `${scenario.name}: ${describe(first)}`);
  return unwrap(await answerQuestion(bench.diagnosis, first.diagnosis, scenario.answer, actor));
}

/** Everything as it was, and a day and a bit later: what happened before is out of sight. */
async function clearUp(bench: GatewayBench): Promise<void> {
  for (const { id, state } of bench.alipay.faults.list()) if (state === "on") bench.heal(id);
  unwrap(
    bench.alipay.changeWallet(bench.walletId, {
      balanceFen: 50_000n,
      passwordAboveFen: 100_000n,
      huabeiWithheldFen: 0n,
    }),
  );
  bench.terminals.silence = null;
  bench.terminals.messages = "arrive";
  await bench.disconnect();
  bench.world.moveSeconds(100_000);
  await bench.connect();
}

type Outcome = Readonly<{ label: string; got: string }>;

function report(context: TestContext, outcomes: readonly Outcome[]): void {
  const ids = [...new Set(outcomes.flatMap(({ label, got }) => [label, got]))].sort();
  const percent = (part: number, whole: number): string =>
    whole === 0 ? "   –" : `${Math.round((100 * part) / whole)} %`.padStart(5);
  context.diagnostic("cause       cases  right  precision  recall");
  for (const id of ids) {
    const cases = outcomes.filter(({ label }) => label === id).length;
    const named = outcomes.filter(({ got }) => got === id).length;
    const right = outcomes.filter(({ label, got }) => label === id && got === id).length;
    context.diagnostic(
      `${id.padEnd(12)}${String(cases).padStart(4)}${String(right).padStart(7)}${percent(right, named).padStart(11)}${percent(right, cases).padStart(8)}`,
    );
  }
  const right = outcomes.filter(({ label, got }) => label === got).length;
  context.diagnostic(`${right} of ${outcomes.length} right at the first place`);
}

test("what was planted is what is named, with evidence; once it is cleared it is named no longer", async (context) => {
  await using bench = await gatewayBench();
  await bench.connect();
  const outcomes: Outcome[] = [];
  const wrong: string[] = [];
  for (const scenario of scenarios) {
    const diagnosed = await play(bench, scenario);
    const { finding, caseFile } = diagnosed.revision;
    const got = told(diagnosed);
    outcomes.push({ label: scenario.label, got });
    if (got !== scenario.label) wrong.push(`${scenario.name}: ${got} ${describe(diagnosed)}`);
    if (got !== scenario.label || finding.verdict === "unknown") {
      await clearUp(bench);
      continue;
    }
    const [first] = finding.causes;
    assert.ok(first && first.because.length > 0, `${scenario.name} names without evidence`);
    const { variant } = toldFor(causeOf(first.id), caseFile);
    if (scenario.variant !== undefined) assert.equal(variant, scenario.variant, scenario.name);
    if (scenario.sureness !== undefined)
      assert.equal(first.sureness, scenario.sureness, `${scenario.name}: ${describe(diagnosed)}`);
    if (scenario.tryNow !== undefined)
      assert.match(tryNowOf(finding, caseFile)?.zh ?? "null", scenario.tryNow, scenario.name);
    const view = JSON.stringify(diagnosisView(diagnosed, { rows: [], steps: [] }));
    assert.doesNotMatch(view, /\{\w+\}/, `${scenario.name}: a hole is left`);

    await clearUp(bench);
    const after = await bench.pay("huabei");
    const healthy = unwrap(await diagnosePayment(bench.diagnosis, bench.merchantId, after.id, actor));
    assert.equal(told(healthy), noFaultId, `after ${scenario.name}: ${describe(healthy)}`);
    bench.world.moveSeconds(100_000);
    await clearUp(bench);
  }
  report(context, outcomes);
  assert.deepEqual(wrong, []);
});

/** Faults of what no payer and no cashier ever meets: bills are read at night, by the platform alone. */
const behindTheCounter = (id: string): boolean => id.startsWith("bill-");

test("every fault switch of the simulated Alipay stands in a scenario", () => {
  const planted = new Set(scenarios.flatMap((scenario) => scenario.faults));
  const atAlipay = faults.filter((fault) => networksOf(fault).includes("alipay"));
  assert.deepEqual(
    atAlipay.map(({ id }) => id).filter((id) => !planted.has(id) && !behindTheCounter(id)),
    [],
  );
});
