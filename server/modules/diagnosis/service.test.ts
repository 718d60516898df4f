import assert from "node:assert/strict";
import { test } from "node:test";
import { sql } from "kysely";
import { unwrap } from "../../kernel/result.ts";
import { addSeconds } from "../../kernel/time.ts";
import { announceWindow, methodsAt } from "../merchants/index.ts";
import { causes } from "./causes.ts";
import { diagnose } from "./engine.ts";
import { diagnosisLimits } from "./limits.ts";
import type { Finding } from "./model.ts";
import { questions } from "./questions.ts";
import { carryOut, continueRemedies, type RemedyCaller } from "./remedies/service.ts";
import { listRemedies, listRemedySteps } from "./remedies/store.ts";
import type { TerminalSpan } from "./readers.ts";
import { answerQuestion, diagnoseAsked, diagnosePayment, type Diagnosed } from "./service.ts";
import { readComplaint } from "./lexicon.ts";
import { diagnosisBench, operator, type DiagnosisBench } from "./testing.ts";

const actor = operator.credentialId;
const caller: RemedyCaller = { role: "operator", source: "operator", actor };
const quiet = new AbortController().signal;

const why = async (bench: DiagnosisBench, paymentId: string): Promise<Diagnosed> =>
  unwrap(await diagnosePayment(bench.diagnosis, bench.merchantId, paymentId, actor));

const conclusion = ({ verdict, causes: listed }: Finding): string =>
  verdict === "named" ? (listed[0]?.id ?? "") : verdict;

const facts = (finding: Finding, causeId: string): string[] =>
  (finding.causes.find((cause) => cause.id === causeId)?.because ?? []).map((fact) => fact.name);

async function remedySteps(bench: DiagnosisBench, { diagnosis }: Diagnosed): Promise<string[]> {
  const steps = await listRemedySteps(bench.db.pg.batch, diagnosis);
  return steps.map((step) => `${step.remedyId} ${step.state}`);
}

test("Huabei closed behind our back: explained with evidence, opened with one click, verified, paid again", async () => {
  await using bench = await diagnosisBench();
  await bench.connect();
  const before = await bench.pay("huabei");
  assert.equal(before.state, "succeeded");
  assert.equal(conclusion((await why(bench, before.id)).revision.finding), "noFault");

  bench.office.states.set("huabei", "closed");
  const failed = await bench.pay("huabei");
  assert.deepEqual([failed.state, failed.words?.code], ["failed", "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE"]);
  assert.equal((await bench.pay("balance")).state, "succeeded");

  const diagnosed = await why(bench, failed.id);
  const { finding } = diagnosed.revision;
  assert.equal(conclusion(finding), "C-MCH-01", JSON.stringify(finding.causes));
  assert.deepEqual(
    facts(finding, "C-MCH-01").filter((name) => name === "huabeiLiveClosed" || name === "paidOtherwiseNext"),
    ["huabeiLiveClosed", "paidOtherwiseNext"],
  );
  const against = finding.causes[0]?.against.map((fact) => fact.name) ?? [];
  assert.ok(
    against.includes("huabeiWorkedEarlier") && against.includes("huabeiRecordClosed"),
    `shown against it: ${against.join(" ")}`,
  );

  unwrap(await carryOut(bench.diagnosis, diagnosed.diagnosis, "openHuabei", caller));
  assert.deepEqual(await remedySteps(bench, diagnosed), [
    "openHuabei offered",
    "openHuabei running",
    "openHuabei verified",
  ]);
  const standing = { merchantId: bench.merchantId, state: "active" } as const;
  const methods = await methodsAt({ pg: bench.db.pg, world: bench.world }, standing);
  assert.deepEqual(
    methods.map((method) => method.available),
    [true, true],
  );
  assert.equal((await bench.pay("huabei")).state, "succeeded");
  assert.equal(
    conclusion((await why(bench, failed.id)).revision.finding),
    "C-MCH-01",
    "the old failure keeps its cause",
  );
});

test("the remedy records what it found before and after", async () => {
  await using bench = await diagnosisBench();
  bench.office.states.set("huabei", "closed");
  const diagnosed = await why(bench, (await bench.pay("huabei")).id);
  unwrap(await carryOut(bench.diagnosis, diagnosed.diagnosis, "openHuabei", caller));
  const steps = await listRemedySteps(bench.db.pg.batch, diagnosed.diagnosis);
  const end = steps.at(-1)?.facts as {
    before: { live: string; menu: { available: string } };
    after: { live: string; menu: { available: string } };
  };
  assert.deepEqual([end.before.live, end.before.menu.available], ["closed", "no"]);
  assert.deepEqual([end.after.live, end.after.menu.available], ["enabled", "yes"]);
});

test("an approval that takes its time is waited for, and one that takes longer is followed up", async () => {
  await using bench = await diagnosisBench();
  bench.office.states.set("huabei", "closed");
  bench.office.onOpen = "applying";
  const diagnosed = await why(bench, (await bench.pay("huabei")).id);
  unwrap(await carryOut(bench.diagnosis, diagnosed.diagnosis, "openHuabei", caller));
  const stateNow = async () => (await listRemedies(bench.db.pg.batch, diagnosed.diagnosis))[0]?.state;
  assert.equal(await stateNow(), "running");
  await continueRemedies(bench.diagnosis, quiet);
  assert.equal(await stateNow(), "running");
  bench.office.states.set("huabei", "enabled");
  bench.world.moveSeconds(60);
  await continueRemedies(bench.diagnosis, quiet);
  assert.equal(await stateNow(), "verified");
});

test("a remedy that the channel refuses has failed, says why, and may be tried again", async () => {
  await using bench = await diagnosisBench();
  bench.office.states.set("huabei", "closed");
  bench.office.onOpen = { kind: "refused", reason: "营业执照已过期" };
  const diagnosed = await why(bench, (await bench.pay("huabei")).id);
  unwrap(await carryOut(bench.diagnosis, diagnosed.diagnosis, "openHuabei", caller));
  const failed = (await listRemedySteps(bench.db.pg.batch, diagnosed.diagnosis)).at(-1);
  assert.deepEqual([failed?.state, failed?.facts["reason"]], ["failed", "营业执照已过期"]);
  bench.office.onOpen = "enabled";
  unwrap(await carryOut(bench.diagnosis, diagnosed.diagnosis, "openHuabei", caller));
  assert.equal((await remedySteps(bench, diagnosed)).at(-1), "openHuabei verified");
});

test("ten clicks at once are one application, and clicking after it worked does nothing", async () => {
  await using bench = await diagnosisBench();
  bench.office.states.set("huabei", "closed");
  const diagnosed = await why(bench, (await bench.pay("huabei")).id);
  const opened = bench.office.calls.open;
  const clicks = Array.from({ length: 10 }, () =>
    carryOut(bench.diagnosis, diagnosed.diagnosis, "openHuabei", caller),
  );
  await Promise.all(clicks);
  unwrap(await carryOut(bench.diagnosis, diagnosed.diagnosis, "openHuabei", caller));
  assert.equal(bench.office.calls.open - opened, 1);
  assert.equal(
    (await remedySteps(bench, diagnosed)).filter((step) => step === "openHuabei verified").length,
    1,
  );
});

test("Huabei open and the code alone: a question, never an accusation; the answer names the payer's side", async () => {
  await using bench = await diagnosisBench();
  bench.bank.credit = "short";
  const diagnosed = await why(bench, (await bench.pay("huabei")).id);
  const { finding } = diagnosed.revision;
  assert.deepEqual([finding.verdict, finding.questionId], ["question", "phoneMessage"]);
  assert.equal(finding.causes.find((cause) => cause.id === "C-MCH-01")?.probability, 0);
  const refused = await answerQuestion(
    bench.diagnosis,
    diagnosed.diagnosis,
    { questionId: "phoneMessage", optionId: "nonsense" },
    actor,
  );
  assert.equal(refused.ok ? "" : refused.refusal.code, "question_not_asked");
  const answer = { questionId: "phoneMessage", optionId: "creditShort" };
  const after = unwrap(await answerQuestion(bench.diagnosis, diagnosed.diagnosis, answer, actor));
  assert.equal(conclusion(after.revision.finding), "C-PAY-04");
  assert.equal(after.revision.revision, 2);
  const remedy = await carryOut(bench.diagnosis, diagnosed.diagnosis, "otherMeans", caller);
  assert.equal(remedy.ok ? "" : remedy.refusal.code, "remedy_by_people");
});

test("a terminal that was away: named, replayed once when it is back, verified by its speech", async () => {
  await using bench = await diagnosisBench();
  await bench.connect();
  await bench.pass(30);
  await bench.disconnect();
  await bench.pass(30);
  const paid = await bench.pay("balance");
  await bench.pass(20);
  const diagnosed = await why(bench, paid.id);
  assert.equal(
    conclusion(diagnosed.revision.finding),
    "C-NET-02",
    JSON.stringify(diagnosed.revision.finding.causes),
  );
  assert.equal(await continueRemedies(bench.diagnosis, quiet), 0, "nothing to do while it is away");
  assert.deepEqual(await remedySteps(bench, diagnosed), ["replayArrival offered"]);

  await bench.connect();
  await bench.pass(5);
  assert.equal(await continueRemedies(bench.diagnosis, quiet), 1);
  assert.equal((await remedySteps(bench, diagnosed)).at(-1), "replayArrival verified");
  assert.equal(bench.terminals.spoken.length, 1, "spoken once");
  assert.equal(
    conclusion((await why(bench, paid.id)).revision.finding),
    "C-NET-02",
    "the delay keeps its cause",
  );
});

test("Alipay gives no clear answers: a fault by its own repeated words, maintenance where it was announced", async () => {
  await using bench = await diagnosisBench();
  bench.bank.state = "maintenance";
  const silent = await bench.pay("huabei");
  assert.equal(silent.state, "processing");
  assert.notEqual(conclusion((await why(bench, silent.id)).revision.finding), "named");
  await bench.pass(15);
  assert.equal(conclusion((await why(bench, silent.id)).revision.finding), "C-CHN-03");

  const now = bench.world.now();
  const texts = { zh: "支付宝系统升级", en: "Alipay upgrade" };
  const window = { scope: "alipay", plannedFrom: now, plannedTo: addSeconds(now, 3_600), texts } as const;
  unwrap(await announceWindow({ pg: bench.db.pg, world: bench.world }, window, actor));
  const announced = await bench.pay("balance");
  const { finding } = (await why(bench, announced.id)).revision;
  assert.equal(conclusion(finding), "C-CHN-01");
  assert.ok(facts(finding, "C-CHN-01").includes("maintenanceAnnounced"));
});

test("asking again stores nothing new, and any stored case file gives its finding again", async () => {
  await using bench = await diagnosisBench();
  bench.office.states.set("huabei", "closed");
  const failed = await bench.pay("huabei");
  const answers = await Promise.all(Array.from({ length: 5 }, () => why(bench, failed.id)));
  bench.world.moveSeconds(120);
  const later = await why(bench, failed.id);
  assert.equal(new Set([...answers, later].map((each) => each.diagnosis.id)).size, 1);
  assert.equal(later.revision.revision, 1);
  const { rows } = await sql<{
    case_file: never;
    finding: Finding;
  }>`select case_file, finding from diagnosis.revision`.execute(bench.db.pg.batch);
  assert.equal(rows.length, 1);
  for (const row of rows) assert.deepEqual(diagnose({ causes, questions }, row.case_file), row.finding);
});

test("what the channel said right after the failure outweighs what it says later", async () => {
  await using bench = await diagnosisBench();
  bench.office.states.set("huabei", "closed");
  const failed = await bench.pay("huabei");
  await why(bench, failed.id);
  bench.office.states.set("huabei", "enabled"); // somebody repaired it elsewhere; our record never knew
  bench.world.moveSeconds(600);
  assert.equal(conclusion((await why(bench, failed.id)).revision.finding), "C-MCH-01");
});

test("a sentence is enough to find the payment it speaks of", async () => {
  await using bench = await diagnosisBench();
  bench.office.states.set("huabei", "closed");
  const failed = await bench.pay("huabei");
  await bench.pay("balance");
  const asked = { merchantId: bench.merchantId, paymentId: null, terminalId: bench.terminalId };
  for (const text of ["为什么顾客不能用花呗", "customers cannot use huabei"]) {
    const diagnosed = unwrap(
      await diagnoseAsked(bench.diagnosis, { ...asked, complaint: readComplaint(text, null) }, actor),
    );
    assert.equal(conclusion(diagnosed.revision.finding), "C-MCH-01", text);
    assert.equal(diagnosed.diagnosis.paymentId, failed.id);
  }
});

test("looked at on and on while its evidence changes, a diagnosis keeps its first revisions and the newest", async () => {
  await using bench = await diagnosisBench();
  const paid = await bench.pay("balance");
  const looks = diagnosisLimits.revisionsMax + 5;
  let minute = 0;
  // Every look finds a terminal that was away at another time.
  const readers = {
    ...bench.diagnosis.readers,
    terminal: async (merchantId: string, terminalId: string, span: TerminalSpan) => {
      const terminal = await bench.diagnosis.readers.terminal(merchantId, terminalId, span);
      const from = addSeconds(bench.world.now(), -3_600).toISOString();
      const to = addSeconds(new Date(from), (minute += 1)).toISOString();
      return terminal && { ...terminal, sessions: [{ from, to }] };
    },
  };
  for (let look = 0; look < looks; look += 1)
    unwrap(await diagnosePayment({ ...bench.diagnosis, readers }, bench.merchantId, paid.id, actor));
  const { rows } = await sql<{ count: number; newest: number; oldest: number }>`
    select count(*)::int as count, max(revision) as newest, min(revision) as oldest
    from diagnosis.revision`.execute(bench.db.pg.batch);
  assert.deepEqual(rows, [{ count: diagnosisLimits.revisionsMax, newest: looks, oldest: 1 }]);
});

test("what is not there is refused", async () => {
  await using bench = await diagnosisBench();
  const result = await diagnosePayment(bench.diagnosis, bench.merchantId, bench.world.newId("pay"), actor);
  assert.equal(result.ok ? "" : result.refusal.code, "not_found");
});
