// The circuits that one process keeps, bounded: those that nobody used for longest make room, the closed ones first.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { BaseLogger } from "pino";
import type { ChannelAccount } from "../../../channels/port.ts";
import type { World } from "../../../kernel/world.ts";
import { circuitRules, routingLimits } from "../limits.ts";
import type { CircuitRow } from "../store.ts";
import { countsOf, type Circuit } from "./decide.ts";
import { accountKey } from "./identity.ts";
import { accountName } from "./signs.ts";

export type WatchedMethod = CircuitRow["method"];

export type Entry = Readonly<{
  channel: ChannelCode;
  /** Host of the gateway. */
  path: string;
  method: WatchedMethod;
  /** Empty for all banks together. */
  bank: string;
  /** The account whose own circuit it is, by its key; empty where it is that of the gateway, for everybody. */
  owner: string;
  circuit: Circuit;
  /** Accounts to probe with, the one that asked last first; none where only another process knows of it. */
  probers: readonly ChannelAccount[];
  /** When somebody last wanted to pay here. */
  askedAt: Date;
}>;

export type Place = Omit<Entry, "circuit" | "probers" | "askedAt">;

export type Circuits = Readonly<{
  get(key: string): Entry | undefined;
  all(): readonly Entry[];
  /** Keeps the circuit of an entry; a change of state is logged, and told to the others where it concerns everybody. */
  put(entry: Entry, circuit: Circuit): void;
  /** Keeps what another process told; it is not told again. */
  learned(entry: Entry): void;
  /** Somebody wants to pay here: the account is lent to the probes. */
  lend(place: Place, account: ChannelAccount): void;
  /** Lets go of accounts that were cut off by themselves and for which nobody has asked since: they may be no more. */
  forgetSince(at: Date): void;
  /** Circuits of which the other processes have not been told in their present state. */
  untold(): readonly Entry[];
  /** The others have been told of these. What changed while it was written down stays untold. */
  told(entries: readonly Entry[]): void;
}>;

export function keyOf({ channel, path, method, bank, owner }: Place): string {
  return [channel, path, method, bank, owner].join(" ");
}

export function createCircuits(deps: Readonly<{ world: World; log: BaseLogger }>): Circuits {
  // In the order of their last use.
  const entries = new Map<string, Entry>();
  const toTell = new Set<string>();
  const keep = (key: string, entry: Entry): void => {
    if (!entries.delete(key)) makeRoom(entries);
    entries.set(key, entry);
  };
  return {
    get: (key) => entries.get(key),
    all: () => [...entries.values()],
    put: (entry, circuit) => {
      const key = keyOf(entry);
      keep(key, { ...entry, circuit });
      if (entry.circuit.state === circuit.state) return;
      if (entry.owner === "") toTell.add(key);
      tellLog(deps, entry, circuit);
    },
    learned: (entry) => keep(keyOf(entry), entry),
    lend: (place, account) => {
      const key = keyOf(place);
      const present = entries.get(key);
      if (present === undefined) return;
      const others = present.probers.filter((one) => accountKey(one) !== accountKey(account));
      const probers = [account, ...others].slice(0, routingLimits.probersMax);
      entries.set(key, { ...present, probers, askedAt: deps.world.now() });
    },
    forgetSince: (at) => {
      for (const [key, { owner, circuit, askedAt }] of entries)
        if (owner !== "" && circuit.state !== "closed" && askedAt < at) entries.delete(key);
    },
    untold: () => [...toTell].flatMap((key) => entries.get(key) ?? []),
    told: (written) => {
      for (const entry of written) {
        const key = keyOf(entry);
        const present = entries.get(key);
        if (present?.circuit.state === entry.circuit.state && present.circuit.since === entry.circuit.since)
          toTell.delete(key);
      }
      // Forgotten for want of room: nothing is left to be told.
      for (const key of toTell) if (!entries.has(key)) toTell.delete(key);
    },
  };
}

function makeRoom(entries: Map<string, Entry>): void {
  if (entries.size < routingLimits.circuitsMax) return;
  let oldest: string | null = null;
  for (const [key, { circuit }] of entries) {
    oldest ??= key;
    if (circuit.state !== "closed") continue;
    entries.delete(key);
    return;
  }
  if (oldest !== null) entries.delete(oldest);
}

function tellLog(
  { world, log }: Readonly<{ world: World; log: BaseLogger }>,
  before: Entry,
  to: Circuit,
): void {
  const { channel, path, method, bank, owner, probers } = before;
  const { answers, failures } = countsOf(to, world.now(), circuitRules);
  const account = owner === "" ? null : accountName(probers[0] ?? {});
  log.warn(
    {
      event: "circuit_changed",
      ...{ channel, path, method, bank, account, answers, failures },
      ...{ from: before.circuit.state, to: to.state },
    },
    "a circuit breaker changed its state",
  );
}
