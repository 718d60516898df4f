import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CapabilityState } from "@huiyin/contract/words.ts";
import { decide } from "./decide.ts";
import type { CapabilityCommand, CapabilitySource } from "../model.ts";

const open = { kind: "open", source: "operator" } as const;
const suspend = { kind: "suspend", source: "merchant", reason: "店休" } as const;
const resume = { kind: "resume", source: "merchant" } as const;
const close = { kind: "close", source: "operator", reason: "解约" } as const;
const observe = (state: CapabilityState, reason: string | null = null) =>
  ({ kind: "observe", state, reason }) as const;

const keep = "keep";
const conflict = "capability_state_conflict";
const stopped = "capability_stopped_by_channel";
const notTheirs = "capability_stopped_by_operator";
const openByMerchant = { kind: "open", source: "merchant" } as const;
const resumeByOperator = { kind: "resume", source: "operator" } as const;

// state, brought about by, command -> next state, or keep, or the refusal
const rows: ReadonlyArray<readonly [CapabilityState, CapabilitySource, CapabilityCommand, string]> = [
  ["notApplied", "system", open, "applying"],
  ["applying", "operator", open, keep],
  ["enabled", "channel", open, keep],
  ["rejected", "channel", open, "applying"],
  ["closed", "channel", open, "applying"],
  ["closed", "operator", open, "applying"],
  ["suspended", "channel", open, stopped],
  ["suspended", "merchant", open, conflict],

  ["enabled", "channel", suspend, "suspended"],
  ["suspended", "channel", suspend, keep],
  ["notApplied", "system", suspend, conflict],
  ["applying", "operator", suspend, conflict],
  ["rejected", "channel", suspend, conflict],
  ["closed", "operator", suspend, conflict],

  ["suspended", "merchant", resume, "enabled"],
  ["suspended", "operator", resume, notTheirs],
  ["suspended", "operator", resumeByOperator, "enabled"],
  ["closed", "operator", openByMerchant, notTheirs],
  ["closed", "merchant", openByMerchant, "applying"],
  ["closed", "channel", openByMerchant, "applying"],
  ["suspended", "channel", resume, stopped],
  ["enabled", "channel", resume, keep],
  ["notApplied", "system", resume, conflict],
  ["closed", "operator", resume, conflict],

  ["enabled", "channel", close, "closed"],
  ["applying", "operator", close, "closed"],
  ["suspended", "channel", close, "closed"],
  ["closed", "channel", close, keep],
  ["notApplied", "system", close, conflict],

  ["applying", "operator", observe("enabled"), "enabled"],
  ["notApplied", "system", observe("enabled"), "enabled"],
  ["closed", "channel", observe("enabled"), "enabled"],
  ["closed", "merchant", observe("enabled"), keep],
  ["suspended", "merchant", observe("enabled"), keep],
  ["suspended", "channel", observe("enabled"), "enabled"],
  ["applying", "operator", observe("rejected", "行业不符"), "rejected"],
  ["applying", "operator", observe("notApplied"), keep],
  ["applying", "operator", observe("closed"), keep],
  ["enabled", "system", observe("notApplied"), "closed"],
  ["enabled", "channel", observe("closed"), "closed"],
  ["enabled", "channel", observe("suspended", "风险"), "suspended"],
  ["enabled", "channel", observe("applying"), keep],
  ["notApplied", "system", observe("closed"), keep],
  ["rejected", "channel", observe("notApplied"), keep],
  ["rejected", "channel", observe("applying"), "applying"],
  ["suspended", "merchant", observe("suspended"), keep],
];

test("every row of the capability table holds", () => {
  for (const [state, source, command, expected] of rows) {
    const result = decide({ state, source }, command);
    const actual = result.ok ? (result.value?.state ?? keep) : result.refusal.code;
    assert.equal(actual, expected, `${state} by ${source}, ${JSON.stringify(command)}`);
  }
});

const states = fc.constantFrom("notApplied", "applying", "enabled", "rejected", "suspended", "closed");
const sources = fc.constantFrom("operator", "merchant", "channel", "system");
const commands = fc.oneof(
  fc.constantFrom<CapabilityCommand>(open, suspend, resume, close),
  states.map((state) => observe(state)),
);

test("giving a command twice is giving it once", () => {
  fc.assert(
    fc.property(states, sources, commands, (state, source, command) => {
      const first = decide({ state, source }, command);
      if (!first.ok || first.value === null) return;
      const second = decide(first.value, command);
      assert.ok(second.ok && second.value === null, `${state} by ${source}, ${JSON.stringify(command)}`);
    }),
  );
});

test("a stop always carries a reason, and no wish of ours alone turns a product on that the channel stopped", () => {
  fc.assert(
    fc.property(states, sources, commands, (state, source, command) => {
      const result = decide({ state, source }, command);
      if (!result.ok || result.value === null) return;
      if (result.value.state === "suspended" || result.value.state === "rejected")
        assert.ok(result.value.reason);
      if (result.value.state === "enabled" && source === "channel" && state !== "enabled") {
        assert.equal(command.kind, "observe");
      }
    }),
  );
});
