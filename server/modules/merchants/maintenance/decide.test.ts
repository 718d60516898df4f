// What a window shuts, as laws: never outside its time, never more than it names.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { effectiveSpan, type MaintenanceWindow } from "../model.ts";
import { standingOf, windowAgainst, type Use } from "./decide.ts";

const minute = (count: number): Date => new Date(Date.UTC(2026, 10, 22, 4, count));
const minutes = fc.integer({ min: 0, max: 59 }).map(minute);
const orNull = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { nil: null });
const route = fc.constantFrom("main", "provider");

const windows = fc.array(
  fc.record({
    id: fc.constant("mwn_0"),
    scope: fc.constantFrom("own" as const, "alipay" as const, "wechat" as const),
    method: orNull(fc.constantFrom("alipay" as const, "huabei" as const)),
    route: orNull(route),
    bank: orNull(fc.constant("CMB")),
    plannedFrom: minutes,
    plannedTo: minutes,
    actualFrom: orNull(minutes),
    actualTo: orNull(minutes),
    texts: fc.constant({ zh: "维护", en: "Maintenance" }),
    createdAt: fc.constant(minute(0)),
  }),
  { maxLength: 6 },
);
const use: fc.Arbitrary<Use> = fc.record({
  channel: fc.constantFrom("alipay" as const, "wechat" as const),
  method: orNull(fc.constantFrom("alipay" as const, "huabei" as const)),
  route: orNull(route),
});

test("what shuts a use is open at that moment, and names nothing else", () => {
  fc.assert(
    fc.property(windows, use, minutes, (all, asked, at) => {
      const found = windowAgainst(all, asked, at);
      if (found === null) return;
      assert.equal(standingOf(found, at), "open");
      assert.equal(found.bank, null);
      if (found.scope === "own") return;
      assert.equal(found.scope, asked.channel);
      assert.ok(found.method === null || found.method === asked.method);
      assert.ok(found.route === null || found.route === asked.route);
    }),
  );
});

test("a window of a whole channel shuts every use of it while it lasts, and nothing once it is over", () => {
  fc.assert(
    fc.property(windows, use, minutes, (all, asked, at) => {
      const whole = (window: MaintenanceWindow) =>
        window.bank === null &&
        (window.scope === "own" ||
          (window.scope === asked.channel && window.method === null && window.route === null));
      const open = all.filter((window) => standingOf(window, at) === "open");
      if (open.some(whole)) assert.notEqual(windowAgainst(all, asked, at), null);
      if (open.length === 0) assert.equal(windowAgainst(all, asked, at), null);
    }),
  );
});

test("where several windows shut a use the platform’s own is named, and of several of one kind the last to end", () => {
  fc.assert(
    fc.property(windows, use, minutes, (all, asked, at) => {
      const found = windowAgainst(all, asked, at);
      if (found === null) return;
      const shutting = all.filter((window) => windowAgainst([window], asked, at) !== null);
      const own = shutting.filter(({ scope }) => scope === "own");
      const rivals = own.length > 0 ? own : shutting;
      assert.equal(found.scope === "own", own.length > 0);
      for (const rival of rivals) assert.ok(effectiveSpan(rival).to <= effectiveSpan(found).to);
    }),
    // Two windows that shut the same use at once are rare among these.
    { numRuns: 5_000 },
  );
});

test("a window is planned, open and over in this order, and its real end counts before its plan", () => {
  const window: MaintenanceWindow = {
    ...{ id: "mwn_0", scope: "alipay", method: null, route: null, bank: null, createdAt: minute(0) },
    ...{ plannedFrom: minute(10), plannedTo: minute(20), actualFrom: null, actualTo: null },
    texts: { zh: "维护", en: "Maintenance" },
  };
  const standings = (one: MaintenanceWindow) => [9, 10, 20, 21, 31].map((at) => standingOf(one, minute(at)));
  assert.deepEqual(standings(window), ["planned", "open", "open", "over", "over"]);
  const longer = { ...window, actualFrom: minute(10), actualTo: minute(30) };
  assert.deepEqual(standings(longer), ["planned", "open", "open", "open", "over"]);
});
