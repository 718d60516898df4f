// Rules as they are stored and as they are sent: plain JSON, absent fields where a condition does not matter.
import type { PutRoutingPlan } from "@huiyin/contract/api/routing.ts";
import type { Rule } from "./model.ts";

export type StoredRule = PutRoutingPlan["rules"][number];

export function rulesOf(stored: readonly StoredRule[]): readonly Rule[] {
  return stored.map(({ name, when, targets }) => ({
    name,
    targets,
    when: {
      storeIds: when.storeIds ?? null,
      methods: when.methods ?? null,
      amountFenMin: when.amountMin === undefined ? null : BigInt(when.amountMin),
      amountFenMax: when.amountMax === undefined ? null : BigInt(when.amountMax),
      minuteFrom: when.from === undefined ? null : minuteOf(when.from),
      minuteTo: when.to === undefined ? null : minuteOf(when.to),
    },
  }));
}

export function storedRules(rules: readonly Rule[]): StoredRule[] {
  return rules.map(({ name, when, targets }) => ({
    name,
    targets: targets.map((target) => ({ ...target })),
    when: {
      ...(when.storeIds !== null && { storeIds: [...when.storeIds] }),
      ...(when.methods !== null && { methods: [...when.methods] }),
      ...(when.amountFenMin !== null && { amountMin: Number(when.amountFenMin) }),
      ...(when.amountFenMax !== null && { amountMax: Number(when.amountFenMax) }),
      ...(when.minuteFrom !== null && { from: clockOf(when.minuteFrom) }),
      ...(when.minuteTo !== null && { to: clockOf(when.minuteTo) }),
    },
  }));
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function clockOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
