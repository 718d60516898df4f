// Which gateway and delivery faults are switched on, for what, and how they shape a request or a notification. Pure.
import { assert } from "@huiyin/server/kernel/assert.ts";
import { faults } from "./catalogue.ts";
import type { Network } from "../book/network.ts";
import { networksOf } from "./model.ts";
import type { DeliveryPlan, DeliveryStage, GatewayPlan, Scope, Switch, WireOperation } from "./model.ts";

/** By fault id: one switch each. */
export type Switches = Map<string, Switch>;

/** By fault id: the merchants or wallets in which it was planted. */
export type Plants = Map<string, Set<string>>;

export type PlantEvent =
  | Readonly<{ kind: "faultPlanted"; faultId: string; targetId: string }>
  | Readonly<{ kind: "faultHealed"; faultId: string; targetId: string }>;

/** Remembers or forgets where a fault was planted. */
export function applyToPlants(plants: Plants, event: PlantEvent): void {
  const targets = plants.get(event.faultId) ?? new Set();
  if (event.kind === "faultPlanted") targets.add(event.targetId);
  else targets.delete(event.targetId);
  plants.set(event.faultId, targets);
}

export type SwitchEvent =
  | Readonly<{ kind: "faultSwitchedOn"; switch: Switch }>
  | Readonly<{ kind: "faultSwitchedOff"; faultId: string }>
  | Readonly<{ kind: "faultUsed"; faultId: string }>;

/** The scope that limits nothing. */
export const everything: Scope = {
  appId: null,
  walletId: null,
  operations: null,
  remaining: null,
  delayMs: null,
  untilMs: null,
};

/** Enters one event of the switches. A switch whose last request has come goes off. */
export function applyToSwitches(switches: Switches, event: SwitchEvent): void {
  if (event.kind === "faultSwitchedOn") return void switches.set(event.switch.faultId, event.switch);
  if (event.kind === "faultSwitchedOff") return void switches.delete(event.faultId);
  const found = switches.get(event.faultId);
  assert(found !== undefined, `fault ${event.faultId} was used while off`);
  const { remaining } = found.scope;
  if (remaining === null) return;
  if (remaining <= 1) return void switches.delete(event.faultId);
  switches.set(event.faultId, { ...found, scope: { ...found.scope, remaining: remaining - 1 } });
}

/** What a request or a notification is about. */
export type Subject = Readonly<{
  operation: WireOperation | null;
  appId: string;
  walletId: string | null;
  /** Alipay where it is not said. */
  network?: Network;
}>;

export type Shaped<Plan> = Readonly<{ plan: Plan; used: readonly SwitchEvent[] }>;

const undisturbed: GatewayPlan = {
  ...{ delivery: "now", reply: "own", replyDelayMs: 0, heldMs: 0, refusal: null, disguise: null },
  ...{ platformKey: "current", bill: "own", refund: "arrives" },
};
const delivered: DeliveryPlan = {
  copies: 1,
  amountErrorFen: 0n,
  putOffMs: 0,
  forgery: "none",
  probe: "none",
};

/** What becomes of this request while these switches are on. Later faults of the catalogue overrule earlier ones. */
export function gatewayPlan(switches: Switches, subject: Subject, now: Date): Shaped<GatewayPlan> {
  let plan = undisturbed;
  const used: SwitchEvent[] = [];
  if (switches.size === 0) return { plan, used };
  for (const fault of faults) {
    if (fault.layer !== "gateway" || !networksOf(fault).includes(networkOf(subject))) continue;
    const scope = scopeFor(switches, { id: fault.id, subject, now });
    if (scope === null || subject.operation === null || !fault.operations.includes(subject.operation))
      continue;
    plan = fault.shape(plan, scope, networkOf(subject));
    used.push({ kind: "faultUsed", faultId: fault.id });
  }
  return { plan, used };
}

/** What becomes of a notification at this stage of its life while these switches are on. */
export function deliveryPlan(
  switches: Switches,
  subject: Subject,
  stage: DeliveryStage,
  now: Date,
): Shaped<DeliveryPlan> {
  let plan = delivered;
  const used: SwitchEvent[] = [];
  if (switches.size === 0) return { plan, used };
  for (const fault of faults) {
    if (fault.layer !== "delivery" || fault.stage !== stage) continue;
    if (!networksOf(fault).includes(networkOf(subject))) continue;
    const scope = scopeFor(switches, { id: fault.id, subject, now });
    if (scope === null) continue;
    plan = fault.shape(plan, scope);
    used.push({ kind: "faultUsed", faultId: fault.id });
  }
  return { plan, used };
}

type Question = Readonly<{ id: string; subject: Subject; now: Date }>;

function networkOf({ network = "alipay" }: Subject): Network {
  return network;
}

/** The scope of a switch that is on and covers this subject now; null otherwise. */
function scopeFor(switches: Switches, question: Question): Scope | null {
  const { subject } = question;
  const scope = switches.get(question.id)?.scope;
  if (scope === undefined) return null;
  if (scope.untilMs !== null && scope.untilMs <= question.now.getTime()) return null;
  if (scope.appId !== null && scope.appId !== subject.appId) return null;
  if (scope.walletId !== null && scope.walletId !== subject.walletId) return null;
  if (
    scope.operations !== null &&
    subject.operation !== null &&
    !scope.operations.includes(subject.operation)
  ) {
    return null;
  }
  return scope;
}
