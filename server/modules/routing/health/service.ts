// The health of gateways as this process sees them: counts what calls tell, opens and closes circuits, probes what is open.
// An account that got answers of late is judged by its own calls alone; of others the experience of several counts.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { BaseLogger } from "pino";
import type { Channel, ChannelAccount, Probe } from "../../../channels/port.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { World } from "../../../kernel/world.ts";
import type { Metrics } from "../../../platform/metrics.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { circuitRules, routingLimits, sharedCircuitRules, type CircuitRules } from "../limits.ts";
import {
  createCircuits,
  keyOf,
  type Circuits,
  type Entry,
  type Place,
  type WatchedMethod,
} from "./circuits.ts";
import { closedCircuit, countsOf, isProbeDue, observe, probed, type Circuit, type Sign } from "./decide.ts";
import { learn, tell } from "./exchange.ts";
import { accountKey } from "./identity.ts";
import { accountName, bankOf, pathOf, signOf, signOfProbe, type CallSign } from "./signs.ts";

export type HealthDeps = Readonly<{
  pg: Pick<Pg, "batch" | "transaction">;
  world: World;
  log: BaseLogger;
  metrics: Pick<Metrics, "counter" | "gauge">;
  processId: string;
  /** A harmless question to a gateway; never a charge. */
  probe: (channel: ChannelCode, account: ChannelAccount) => Promise<Probe>;
}>;

/** One gateway, method and bank with its circuit. */
export type Watched = Readonly<{
  channel: ChannelCode;
  path: string;
  method: WatchedMethod;
  /** Empty for all banks together. */
  bank: string;
  /** How the account is called whose own circuit it is; null where it is that of the gateway. */
  account: string | null;
  circuit: Circuit;
}>;

export type ChannelHealthMonitor = Readonly<{
  /** The channel, whose charges, codes and refunds are counted. */
  watch(channel: Channel): Channel;
  /** The circuit that holds for new payments of an account. */
  circuitOf(channel: ChannelCode, account: ChannelAccount, method: WatchedMethod): Circuit;
  /** Every gateway that is watched, with counts of this moment, and the accounts that are cut off by themselves. */
  all(): readonly Watched[];
  /** One round: probes what is due, tells other processes, learns from them. The loop and tests call it. */
  lookAfter(): Promise<void>;
}>;

/** The monitor of one process. */
export function createHealthMonitor(deps: HealthDeps): ChannelHealthMonitor {
  const circuits = createCircuits(deps);
  const counter = deps.metrics.counter({
    name: "huiyin_channel_calls_total",
    help: "Charges, codes and refunds by what they told of the gateway",
    labels: ["channel", "method", "sign"],
  });
  const state: State = { deps, circuits, counter };
  deps.metrics.gauge({
    name: "huiyin_channel_circuits_open",
    help: "Gateways, methods and banks, and accounts by themselves, to which nothing new is sent",
    labels: ["channel"],
    collect() {
      this.reset();
      for (const { channel, circuit } of circuits.all())
        if (circuit.state !== "closed") this.inc({ channel });
    },
  });
  return {
    watch: (channel) => watch(state, channel),
    circuitOf: (channel, account, method) => circuitOf(state, { channel, account, method }),
    all: () =>
      circuits
        .all()
        .filter(({ owner, circuit }) => owner === "" || circuit.state !== "closed")
        .map(({ channel, path, method, bank, owner, probers, circuit }) => ({
          ...{ channel, path, method, bank, circuit },
          account: owner === "" ? null : accountName(probers[0] ?? {}),
        })),
    lookAfter: () => lookAfter(state),
  };
}

type State = Readonly<{
  deps: HealthDeps;
  circuits: Circuits;
  counter: ReturnType<HealthDeps["metrics"]["counter"]>;
}>;

type Called = Readonly<{ channel: ChannelCode; method: WatchedMethod; account: ChannelAccount }>;
type Counted = Awaited<ReturnType<Channel["charge" | "precreate" | "refund"]>>;

/** The calls that begin something are counted; what is asked about it later says nothing that these do not say sooner. */
function watch(state: State, channel: Channel): Channel {
  const { code } = channel.manifest;
  const counting =
    <Request, Answer extends Counted>(
      method: WatchedMethod,
      call: (
        io: Parameters<Channel["probe"]>[0],
        account: ChannelAccount,
        request: Request,
      ) => Promise<Answer>,
    ) =>
    async (io: Parameters<Channel["probe"]>[0], account: ChannelAccount, request: Request) => {
      const reply = await call.call(channel, io, account, request);
      notice(state, { channel: code, method, account }, reply);
      return reply;
    };
  return Object.assign(Object.create(channel) as Channel, {
    charge: counting("payerCode", channel.charge),
    precreate: counting("shownCode", channel.precreate),
    refund: counting("refund", channel.refund),
  });
}

/** An account that has had an answer within the window knows better than others how the gateway treats it. */
function circuitOf({ deps, circuits }: State, { channel, account, method }: Called): Circuit {
  const now = deps.world.now();
  const place = { channel, path: pathOf(account), method, bank: "" };
  const own = circuits.get(keyOf({ ...place, owner: accountKey(account) }));
  if (own !== undefined && own.circuit.state !== "closed") {
    circuits.lend(own, account);
    return own.circuit;
  }
  const shared = circuits.get(keyOf({ ...place, owner: "" }));
  if (shared === undefined || shared.circuit.state === "closed") return closedCircuit(now);
  if (own !== undefined && countsOf(own.circuit, now, circuitRules).answers > 0) return closedCircuit(now);
  // Whoever is turned away lends its account to the probes.
  circuits.lend(shared, account);
  return shared.circuit;
}

function notice(state: State, called: Called, { outcome, exchange }: Counted): void {
  const { channel, method, account } = called;
  const sign = signOf({ outcome, exchange });
  state.counter.inc({ channel, method, sign });
  const place = { channel, path: pathOf(account), method };
  const owner = accountKey(account);
  count(state, { ...place, bank: "", owner }, { sign: provenOnly(sign), called, rules: circuitRules });
  const shared = { ...place, bank: "", owner: "" };
  count(state, shared, { sign: heard(sign), called, rules: sharedCircuitRules });
  const bank = bankOf(channel, exchange);
  // What is known of one bank stops nothing and is told to people: there one account is enough.
  if (bank !== null)
    count(state, { ...shared, bank }, { sign: provenOnly(sign), called, rules: circuitRules });
}

type Counting = Readonly<{ sign: Sign | null; called: Called; rules: CircuitRules }>;

function count({ deps, circuits }: State, place: Place, { sign, called, rules }: Counting): void {
  if (sign === null) return;
  const now = deps.world.now();
  const { account } = called;
  const fresh = { ...place, probers: [account], askedAt: now, circuit: closedCircuit(now) };
  const before = circuits.get(keyOf(place)) ?? fresh;
  const circuit = observe(before.circuit, { sign, account: accountKey(account) }, now, rules);
  circuits.put(before, circuit);
  circuits.lend(before, account);
}

/** What one account may conclude from for itself. */
function provenOnly(sign: CallSign): Sign | null {
  return sign === "answer" || sign === "failure" ? sign : null;
}

/** What several accounts together may conclude from. */
function heard(sign: CallSign): Sign | null {
  return sign === "unproven" ? "failure" : provenOnly(sign);
}

async function lookAfter(state: State): Promise<void> {
  const { deps, circuits } = state;
  await learn(deps, circuits);
  const now = deps.world.now();
  circuits.forgetSince(addSeconds(now, -routingLimits.askedForgottenSeconds));
  const due = circuits.all().filter(({ circuit }) => isProbeDue(circuit, now));
  await Promise.all(due.map((entry) => probeGateway(state, entry)));
  await tell(deps, circuits);
}

async function probeGateway(state: State, entry: Entry): Promise<void> {
  const { channel, probers } = entry;
  // Learned from another process, and nobody wanted to pay here since: there is nothing to probe with, and no need to.
  if (probers.length === 0) return;
  const signs = await Promise.all(probers.map((account) => askOnce(state.deps, channel, account)));
  // Answers with which this account can do nothing do not keep it cut off: they are no failure when it pays, either.
  const good = entry.owner === "" ? ["answer"] : ["answer", "unproven"];
  const sign = signs.some((one) => good.includes(one)) ? "answer" : "failure";
  // Forgotten meanwhile, for want of room.
  const present = state.circuits.get(keyOf(entry));
  if (present === undefined) return;
  state.circuits.put(present, probed(present.circuit, sign, state.deps.world.now(), circuitRules));
}

async function askOnce(
  { probe, log }: HealthDeps,
  channel: ChannelCode,
  account: ChannelAccount,
): Promise<CallSign> {
  return probe(channel, account).then(signOfProbe, (error: unknown): CallSign => {
    log.error({ event: "probe_failed", channel, err: error }, "a probe could not be sent");
    return "failure";
  });
}
