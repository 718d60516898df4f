// The rules of a capability: which state may follow which, on whose word.
import type { CapabilityState } from "@huiyin/contract/words.ts";
import { unreachable } from "../../../kernel/assert.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import type { Capability, CapabilityCommand, CapabilityDecision } from "../model.ts";

type Present = Pick<Capability, "state" | "source">;

/**
 * Decides what a command does to a capability. Null means: nothing changes, the wish is already true.
 * Refuses `capability_stopped_by_channel`, `capability_stopped_by_operator` and `capability_state_conflict`.
 */
export function decide(present: Present, command: CapabilityCommand): Result<CapabilityDecision> {
  switch (command.kind) {
    case "open":
      return open(present, command.source);
    case "suspend":
      if (present.state === "suspended") return success(null);
      if (present.state !== "enabled") return conflict();
      return success({ state: "suspended", source: command.source, reason: command.reason });
    case "resume":
      return resume(present, command.source);
    case "close":
      if (present.state === "closed") return success(null);
      if (present.state === "notApplied") return conflict();
      return success({ state: "closed", source: command.source, reason: command.reason });
    case "observe":
      return success(observe(present, command.state, command.reason));
    default:
      return unreachable(command);
  }
}

function open(present: Present, source: "operator" | "merchant" | "system"): Result<CapabilityDecision> {
  switch (present.state) {
    case "closed":
      if (present.source === "operator" && source === "merchant") return stoppedByOperator();
      return success({ state: "applying", source, reason: null });
    case "notApplied":
    case "rejected":
      return success({ state: "applying", source, reason: null });
    case "applying":
    case "enabled":
      return success(null);
    case "suspended":
      return present.source === "channel" ? stoppedByChannel() : conflict();
    default:
      return unreachable(present.state);
  }
}

function resume(present: Present, source: "operator" | "merchant"): Result<CapabilityDecision> {
  if (present.state === "enabled") return success(null);
  if (present.state !== "suspended") return conflict();
  // Lifting a stop of the channel’s own risk control is not ours to do: it takes the channel’s word.
  if (present.source === "channel") return stoppedByChannel();
  if (present.source === "operator" && source === "merchant") return stoppedByOperator();
  return success({ state: "enabled", source, reason: null });
}

/** The channel’s word, held against our record. Our own stop outlives the channel’s consent: both must agree to collect. */
function observe(present: Present, live: CapabilityState, reason: string | null): CapabilityDecision {
  if (live === present.state) return null;
  const stoppedByUs =
    present.source !== "channel" && (present.state === "suspended" || present.state === "closed");
  switch (live) {
    case "enabled":
      return stoppedByUs ? null : { state: "enabled", source: "channel", reason: null };
    case "applying":
      return present.state === "notApplied" || present.state === "rejected"
        ? { state: "applying", source: "channel", reason: null }
        : null;
    case "notApplied":
    case "closed":
      // An application under way is not yet known to the back office, and a product never applied for is not “closed”.
      if (present.state !== "enabled" && present.state !== "suspended") return null;
      return {
        state: "closed",
        source: "channel",
        reason: reason ?? "the channel no longer lists the product as open",
      };
    case "rejected":
      return stoppedByUs
        ? null
        : { state: "rejected", source: "channel", reason: reason ?? "the channel gave no reason" };
    case "suspended":
      return stoppedByUs
        ? null
        : { state: "suspended", source: "channel", reason: reason ?? "the channel gave no reason" };
    default:
      return unreachable(live);
  }
}

function conflict(): Result<never> {
  return refuse("capability_state_conflict", {});
}

function stoppedByChannel(): Result<never> {
  return refuse("capability_stopped_by_channel", {});
}

/** What the service provider stopped for this merchant is not the merchant’s to start again. */
function stoppedByOperator(): Result<never> {
  return refuse("capability_stopped_by_operator", {});
}
