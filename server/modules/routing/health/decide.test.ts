// The circuit breaker: the table of what opens and closes it, and laws over arbitrary histories.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addSeconds } from "../../../kernel/time.ts";
import { circuitRules as rules, sharedCircuitRules as shared } from "../limits.ts";
import { closedCircuit, countsOf, isProbeDue, observe, probed, type Circuit, type Sign } from "./decide.ts";

const account = "one";
const start = new Date("2026-11-22T04:00:00Z");
const after = (seconds: number): Date => addSeconds(start, seconds);

/** "a" is an answer, "f" a failure, one a second; "G" and "B" are good and bad probes, at the moment they are due. */
function run(history: string): Circuit {
  let circuit = closedCircuit(start);
  let at = start;
  for (const letter of history) {
    if (letter === "G" || letter === "B") {
      if (circuit.state !== "closed") at = circuit.probeAt > at ? circuit.probeAt : at;
      circuit = probed(circuit, letter === "G" ? "answer" : "failure", at, rules);
    } else {
      at = addSeconds(at, 1);
      circuit = observe(circuit, { sign: letter === "a" ? "answer" : "failure", account }, at, rules);
    }
  }
  return circuit;
}

const rows: ReadonlyArray<readonly [string, string, Circuit["state"]]> = [
  ["nothing happened", "", "closed"],
  ["nine failures are too few to conclude from", "fffffffff", "closed"],
  ["ten failures", "ffffffffff", "open"],
  ["half of ten", "aaaaafffff", "open"],
  ["less than half", "aaaaaaffff", "closed"],
  ["answers after it opened do not close it", "ffffffffffaaaaaaaaaaaaaaaaaaaa", "open"],
  ["a good probe half opens it", "ffffffffffG", "halfOpen"],
  ["a second one closes it", "ffffffffffGG", "closed"],
  ["a bad one opens it again", "ffffffffffGB", "open"],
  ["good ones must follow each other", "ffffffffffGBG", "halfOpen"],
  ["what failed before the outage ended does not open it again", "ffffffffffGGf", "closed"],
];

test("failures open it, probes close it, and nothing else does", () => {
  for (const [name, history, state] of rows) assert.equal(run(history).state, state, name);
});

test("each bad probe doubles the wait, up to the maximum", () => {
  const waits: number[] = [];
  let circuit = run("ffffffffff");
  for (let count = 0; count < 7; count += 1) {
    assert.ok(circuit.state === "open");
    waits.push(circuit.waitSeconds);
    circuit = probed(circuit, "failure", circuit.probeAt, rules);
  }
  assert.deepEqual(waits, [15, 30, 60, 120, 240, 300, 300]);
});

const signs = fc.array(
  fc.record({
    sign: fc.constantFrom<Sign>("answer", "failure"),
    pauseSeconds: fc.integer({ min: 0, max: 40 }),
  }),
  { maxLength: 80 },
);

test("it never opens with fewer calls in the window than it takes, nor where clear answers are in the majority", () => {
  fc.assert(
    fc.property(signs, (history) => {
      let circuit = closedCircuit(start);
      let at = start;
      for (const { sign, pauseSeconds } of history) {
        at = addSeconds(at, pauseSeconds);
        circuit = observe(circuit, { sign, account }, at, rules);
        if (circuit.state === "closed") continue;
        const { answers, failures } = countsOf(circuit, at, rules);
        assert.ok(answers + failures >= rules.callsMin && failures >= answers);
        return;
      }
    }),
    { numRuns: 500 },
  );
});

test("the window is as the last sixty seconds were, to within one piece", () => {
  fc.assert(
    fc.property(signs, (history) => {
      let circuit = closedCircuit(start);
      let at = start;
      const times: Date[] = [];
      for (const { pauseSeconds } of history) {
        at = addSeconds(at, pauseSeconds);
        times.push(at);
        circuit = observe(circuit, { sign: "answer", account }, at, rules);
      }
      const younger = (seconds: number) => times.filter((time) => time > addSeconds(at, -seconds)).length;
      const { answers, failures } = countsOf(circuit, at, rules);
      assert.equal(failures, 0);
      assert.ok(answers <= younger(rules.windowSeconds), "nothing older than the window");
      assert.ok(answers >= younger(rules.windowSeconds - rules.pieceSeconds), "nothing younger is lost");
    }),
  );
});

test("an open circuit is always probed again, and no later than the longest wait", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Sign>("answer", "failure"), { maxLength: 30 }), (probes) => {
      let circuit = run("ffffffffff");
      let at = after(10);
      for (const sign of probes) {
        if (circuit.state === "closed") return;
        assert.ok(circuit.probeAt > at && circuit.probeAt <= addSeconds(at, rules.openSecondsMax));
        assert.ok(!isProbeDue(circuit, at) && isProbeDue(circuit, circuit.probeAt));
        at = circuit.probeAt;
        circuit = probed(circuit, sign, at, rules);
      }
    }),
  );
});

/** Calls of a gateway in one second: how many of each account failed, and how many were answered. */
function gateway(failures: readonly number[], answers: number): Circuit["state"] {
  let circuit = closedCircuit(start);
  const call = (sign: Sign, name: string) =>
    (circuit = observe(circuit, { sign, account: name }, start, shared));
  for (let count = 0; count < answers; count += 1) call("answer", "answered");
  for (const [index, count] of failures.entries())
    for (let times = 0; times < count; times += 1) call("failure", `account ${index}`);
  return circuit.state;
}

const gatewayRows: ReadonlyArray<readonly [string, readonly number[], number, Circuit["state"]]> = [
  ["one account alone, however often it fails", [1_000], 0, "closed"],
  ["one that fails always and another that failed once", [1_000, 1], 0, "closed"],
  ["two that fail as often", [5, 5], 0, "open"],
  ["two of which one fails more", [100, 5], 0, "open"],
  ["two, and too few calls", [5, 4], 0, "closed"],
  ["ten that fail once each", Array.from({ length: 10 }, () => 1), 0, "open"],
  ["more accounts than are told apart", Array.from({ length: 100 }, () => 1), 0, "open"],
  ["one that fails always does not tip what others answer", [1_000, 3, 3], 13, "closed"],
  ["half of what counts", [1_000, 3, 3], 12, "open"],
];

test("a gateway is cut off by several accounts: the loudest counts no more than all the others together", () => {
  for (const [name, failures, answers, state] of gatewayRows)
    assert.equal(gateway(failures, answers), state, name);
});

test("how often one account fails beyond what others do changes nothing", () => {
  const others = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(others, fc.nat(20), fc.integer({ min: 1, max: 100 }), (failures, answers, more) => {
      const rest = failures.reduce((sum, one) => sum + one, 0);
      assert.equal(gateway([...failures, rest + more], answers), gateway([...failures, rest], answers));
    }),
  );
});
