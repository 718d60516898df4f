// Which account serves a payment. The same payment id, rules and circumstances always give the same answer.
import { sha256 } from "@huiyin/contract/sha256.ts";
import { assert } from "../../kernel/assert.ts";
import { beijingTime } from "../../kernel/time.ts";
import {
  mainRoute,
  type Choice,
  type Condition,
  type Obstacle,
  type Question,
  type Reason,
  type RouteFacts,
  type Rule,
  type Target,
} from "./model.ts";

/**
 * Chooses among the accounts of the channel that the scanned code decided: by the first rule that fits, by weight, among
 * what can serve at the moment; any other account that can serve stands in where none of the rule’s can.
 */
export function choose(question: Question, routes: readonly RouteFacts[], rules: readonly Rule[]): Choice {
  if (question.onlyRoute !== undefined) return only(question.onlyRoute, routes);
  const rule = rules.find(({ when }) => fits(when, question)) ?? null;
  const wanted = rule?.targets ?? [{ route: mainRoute, weight: 1 }];
  const serving = new Map(routes.filter(canServe).map((one) => [one.route, one]));
  const reasons = [...openingReasons(routes, rule), ...skipped(wanted, routes)];
  const targets = wanted.filter(({ route }) => serving.has(route));
  if (targets.length > 0) {
    const target = pick(targets, question.paymentId);
    const reason: Reason[] =
      targets.length > 1
        ? [{ code: "byWeight", route: target.route, sharePercent: shareOf(target, targets) }]
        : [];
    return { kind: "chosen", route: target.route, reasons: [...reasons, ...reason] };
  }
  const [substitute] = serving.keys();
  if (substitute === undefined) return { kind: "none", obstacle: obstacleOf(routes), reasons };
  return { kind: "chosen", route: substitute, reasons: [...reasons, { code: "standIn", route: substitute }] };
}

/** The account that the payer in a page is known to, or none: another one would not know this payer. */
function only(route: string, routes: readonly RouteFacts[]): Choice {
  const named = routes.filter((one) => one.route === route);
  const reasons: readonly Reason[] = [{ code: "payerInPage", route }];
  return named.some(canServe)
    ? { kind: "chosen", route, reasons }
    : { kind: "none", obstacle: obstacleOf(named), reasons };
}

/** Whether nothing stands against an account at the moment. */
export function canServe({ state, shut, unstable }: RouteFacts): boolean {
  return state === "active" && shut === null && unstable === null;
}

function openingReasons(routes: readonly RouteFacts[], rule: Rule | null): Reason[] {
  if (rule !== null) return [{ code: "channelByCode" }, { code: "ruleFits", rule: rule.name }];
  return [{ code: "channelByCode" }, { code: routes.length > 1 ? "noRuleFits" : "onlyAccount" }];
}

/** Why each account that was wanted is passed over. */
function skipped(wanted: readonly Target[], routes: readonly RouteFacts[]): Reason[] {
  return wanted.flatMap(({ route }): Reason[] => {
    const facts = routes.find((one) => one.route === route);
    if (facts === undefined || facts.state !== "active") return [{ code: "routeDisabled", route }];
    if (facts.shut !== null) {
      const { windowId, until } = facts.shut;
      return [{ code: "routeInMaintenance", route, windowId, until: until.toISOString() }];
    }
    return facts.unstable === null ? [] : [{ code: "routeUnstable", route }];
  });
}

/** Nothing can serve: maintenance that ends first comes before trouble of which nobody knows the end. */
function obstacleOf(routes: readonly RouteFacts[]): Obstacle {
  const active = routes.filter(({ state }) => state === "active");
  if (active.length === 0) return { kind: "noAccount" };
  const [shut] = active
    .flatMap((one) => (one.shut === null ? [] : [one.shut]))
    .toSorted((one, other) => one.until.getTime() - other.until.getTime());
  if (shut !== undefined) return { kind: "maintenance", ...shut };
  const probes = active.flatMap(({ unstable }) => (unstable?.probeAt ? [unstable.probeAt] : []));
  const [probeAt = null] = probes.toSorted((one, other) => one.getTime() - other.getTime());
  return { kind: "unstable", probeAt };
}

/** Whether a rule is about this payment. */
export function fits(when: Condition, { storeId, method, amountFen, at }: Question): boolean {
  if (when.storeIds !== null && (storeId === null || !when.storeIds.includes(storeId))) return false;
  if (when.methods !== null && !when.methods.includes(method)) return false;
  if (when.amountFenMin !== null && amountFen < when.amountFenMin) return false;
  if (when.amountFenMax !== null && amountFen > when.amountFenMax) return false;
  return withinHours(when, minuteOfDay(at));
}

/** Whether some payment can fit at all: a day that ends when it begins has no minute, a span that is turned no amount. */
export function canFit(when: Condition): "yes" | "no" {
  const { amountFenMin, amountFenMax, minuteFrom, minuteTo } = when;
  if ((minuteFrom ?? 0) === (minuteTo ?? minutesOfDay)) return "no";
  return amountFenMin !== null && amountFenMax !== null && amountFenMax < amountFenMin ? "no" : "yes";
}

function withinHours({ minuteFrom, minuteTo }: Condition, minute: number): boolean {
  const from = minuteFrom ?? 0;
  const to = minuteTo ?? minutesOfDay;
  return from <= to ? from <= minute && minute < to : minute >= from || minute < to;
}

const minutesOfDay = 1_440;

function minuteOfDay(at: Date): number {
  const [hours = "", minutes = ""] = beijingTime(at).slice(11, 16).split(":");
  return Number(hours) * 60 + Number(minutes);
}

/** By the hash of the payment’s id: as even as chance, and the same whoever asks again. */
function pick(targets: readonly Target[], paymentId: string): Target {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let left = new DataView(sha256(new TextEncoder().encode(paymentId)).buffer).getUint32(0) % total;
  for (const target of targets) {
    left -= target.weight;
    if (left < 0) return target;
  }
  assert(false, `${paymentId}: no target among ${targets.length} of weight ${total}`);
}

function shareOf({ weight }: Target, targets: readonly Target[]): number {
  return Math.round((weight * 100) / targets.reduce((sum, target) => sum + target.weight, 0));
}
