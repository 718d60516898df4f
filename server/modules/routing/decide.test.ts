// Which account serves: the table of what stands against accounts, and laws that hold whatever the rules say.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { choose, fits } from "./decide.ts";
import type { Condition, Question, RouteFacts, Rule } from "./model.ts";

const at = new Date("2026-11-22T04:00:00Z"); // noon in Beijing
const until = new Date("2026-11-22T05:00:00Z");
const always: Condition = {
  ...{ storeIds: null, methods: null, amountFenMin: null, amountFenMax: null },
  ...{ minuteFrom: null, minuteTo: null },
};
const question: Question = {
  merchantId: "mer_1",
  paymentId: "pay_019ab9b5b0007000800000000000000a",
  channel: "alipay",
  method: "payerCode",
  storeId: "sto_1",
  amountFen: 1_250n,
  at,
};
const account = (route: string, change: Partial<RouteFacts> = {}): RouteFacts => ({
  ...{ route, state: "active", shut: null, unstable: null },
  ...change,
});
const shut = { shut: { windowId: "mwn_1", until, of: "channel" as const } };
const unstable = { unstable: { since: at, probeAt: until } };
const disabled = { state: "disabled" } as const;
const rule = (route: string, when: Partial<Condition> = {}): Rule => ({
  name: `to ${route}`,
  when: { ...always, ...when },
  targets: [{ route, weight: 1 }],
});

// accounts, rules -> the route or the obstacle, and why
const rows: ReadonlyArray<readonly [string, readonly RouteFacts[], readonly Rule[], string, string]> = [
  ["one account", [account("main")], [], "main", "channelByCode onlyAccount"],
  ["two, no rule", [account("main"), account("provider")], [], "main", "channelByCode noRuleFits"],
  [
    "a rule fits",
    [account("main"), account("provider")],
    [rule("provider")],
    "provider",
    "channelByCode ruleFits",
  ],
  [
    "the first that fits holds",
    [account("main"), account("provider")],
    [rule("provider", { amountFenMin: 2_000n }), rule("main")],
    "main",
    "channelByCode ruleFits",
  ],
  [
    "the wanted one is shut",
    [account("main", shut), account("provider")],
    [],
    "provider",
    "channelByCode noRuleFits routeInMaintenance:main standIn:provider",
  ],
  [
    "the wanted one gives no answers",
    [account("main", unstable), account("provider")],
    [],
    "provider",
    "channelByCode noRuleFits routeUnstable:main standIn:provider",
  ],
  [
    "the wanted one is switched off",
    [account("main", disabled), account("provider")],
    [],
    "provider",
    "channelByCode noRuleFits routeDisabled:main standIn:provider",
  ],
  [
    "the wanted one was never there",
    [account("main")],
    [rule("gone")],
    "main",
    "channelByCode ruleFits routeDisabled:gone standIn:main",
  ],
  [
    "the only one is shut",
    [account("main", shut)],
    [],
    "maintenance",
    "channelByCode onlyAccount routeInMaintenance:main",
  ],
  [
    "the only one gives no answers",
    [account("main", unstable)],
    [],
    "unstable",
    "channelByCode onlyAccount routeUnstable:main",
  ],
  [
    "the only one is switched off",
    [account("main", disabled)],
    [],
    "noAccount",
    "channelByCode onlyAccount routeDisabled:main",
  ],
  ["none at all", [], [], "noAccount", "channelByCode onlyAccount routeDisabled:main"],
  [
    "one is shut, the other gives no answers",
    [account("main", shut), account("provider", unstable)],
    [],
    "maintenance",
    "channelByCode noRuleFits routeInMaintenance:main",
  ],
];

test("each circumstance leads to the account that can serve, and says why", () => {
  for (const [name, routes, rules, outcome, why] of rows) {
    const choice = choose(question, routes, rules);
    assert.equal(choice.kind === "chosen" ? choice.route : choice.obstacle.kind, outcome, name);
    const seen = choice.reasons.map(({ code, route }) => (route === undefined ? code : `${code}:${route}`));
    assert.equal(seen.join(" "), why, name);
  }
});

// condition -> fits the payment of ¥12.50 in store sto_1 by payer code at noon
const conditionRows: ReadonlyArray<readonly [Partial<Condition>, boolean]> = [
  [{}, true],
  [{ storeIds: ["sto_1", "sto_2"] }, true],
  [{ storeIds: ["sto_2"] }, false],
  [{ methods: ["payerCode"] }, true],
  [{ methods: ["shownCode"] }, false],
  [{ amountFenMin: 1_250n, amountFenMax: 1_250n }, true],
  [{ amountFenMin: 1_251n }, false],
  [{ amountFenMax: 1_249n }, false],
  [{ minuteFrom: 720 }, true],
  [{ minuteFrom: 721 }, false],
  [{ minuteTo: 720 }, false],
  [{ minuteFrom: 1_320, minuteTo: 721 }, true],
  [{ minuteFrom: 1_320, minuteTo: 720 }, false],
];

test("a condition fits by store, method, amount and time of day in Beijing, over midnight too", () => {
  for (const [change, expected] of conditionRows)
    assert.equal(fits({ ...always, ...change }, question), expected, JSON.stringify(change, String));
  assert.equal(fits({ ...always, storeIds: ["sto_1"] }, { ...question, storeId: null }), false);
});

const names = fc.constantFrom("main", "provider", "third");
const facts = fc.uniqueArray(
  fc.record({
    route: names,
    state: fc.constantFrom("active" as const, "disabled" as const),
    shut: fc.option(fc.constant(shut.shut), { nil: null }),
    unstable: fc.option(fc.constant(unstable.unstable), { nil: null }),
  }),
  { selector: ({ route }) => route },
);
const rules = fc.array(
  fc.record({
    name: fc.constant("a rule"),
    when: fc.record({
      ...{ storeIds: fc.constant(null), methods: fc.constant(null) },
      ...{ minuteFrom: fc.constant(null), minuteTo: fc.constant(null) },
      amountFenMin: fc.option(fc.bigInt({ min: 1n, max: 5_000n }), { nil: null }),
      amountFenMax: fc.option(fc.bigInt({ min: 1n, max: 5_000n }), { nil: null }),
    }),
    targets: fc.uniqueArray(fc.record({ route: names, weight: fc.integer({ min: 1, max: 1_000 }) }), {
      minLength: 1,
      selector: ({ route }) => route,
    }),
  }),
  { maxLength: 4 },
);
const payments = fc.record({
  paymentId: fc.uuid().map((uuid) => `pay_${uuid.replaceAll("-", "")}`),
  amountFen: fc.bigInt({ min: 1n, max: 6_000n }),
});

test("whatever the rules, the account chosen can serve, and where one can serve one is chosen", () => {
  fc.assert(
    fc.property(facts, rules, payments, (routes, plan, payment) => {
      const serving = routes.filter((one) => one.state === "active" && !one.shut && !one.unstable);
      const choice = choose({ ...question, ...payment }, routes, plan);
      if (serving.length === 0) assert.equal(choice.kind, "none");
      else assert.ok(choice.kind === "chosen" && serving.some(({ route }) => route === choice.route));
    }),
    { numRuns: 1_000 },
  );
});

test("the same payment in the same circumstances always goes the same way", () => {
  fc.assert(
    fc.property(facts, rules, payments, (routes, plan, payment) => {
      const asked = { ...question, ...payment };
      assert.deepEqual(
        choose(asked, routes, plan),
        choose({ ...asked }, structuredClone(routes), structuredClone(plan)),
      );
    }),
  );
});

test("an account that cannot serve changes nothing for payments that would not have gone there", () => {
  fc.assert(
    fc.property(facts, rules, payments, names, (routes, plan, payment, broken) => {
      const asked = { ...question, ...payment };
      const before = choose(asked, routes, plan);
      const after = choose(
        asked,
        routes.map((one) => (one.route === broken ? { ...one, ...unstable } : one)),
        plan,
      );
      // Weights are shared anew among those that are left; whoever had one target only keeps it.
      const several = plan.some(({ targets }) => targets.length > 1);
      if (!several && before.kind === "chosen" && before.route !== broken)
        assert.ok(after.kind === "chosen" && after.route === before.route);
    }),
  );
});

test("weights come out as shares: of 4,000 payments one in four goes to the account with a quarter of the weight", () => {
  const split: Rule = {
    name: "split",
    when: always,
    targets: [
      { route: "main", weight: 3 },
      { route: "provider", weight: 1 },
    ],
  };
  const both = [account("main"), account("provider")];
  let provider = 0;
  for (let count = 0; count < 4_000; count += 1) {
    const paymentId = `pay_019ab9b5b00070008${count.toString(16).padStart(15, "0")}`;
    const choice = choose({ ...question, paymentId }, both, [split]);
    if (choice.kind === "chosen" && choice.route === "provider") provider += 1;
  }
  // Four standard deviations of a fair quarter are 110.
  assert.ok(Math.abs(provider - 1_000) < 110, `${provider} of 4,000`);
});
