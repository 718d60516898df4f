// The health of gateways as this process sees it: counts what calls tell, opens and closes circuits, probes what is open,
// and tells the other processes what it found.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { BaseLogger } from "pino";
import type { Channel, ChannelAccount, Probe } from "../../../channels/port.ts";
import type { World } from "../../../kernel/world.ts";
import type { Metrics } from "../../../platform/metrics.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { circuitRules, routingLimits } from "../limits.ts";
import { circuitsSince, saveCircuit, type CircuitRow } from "../store.ts";
import { closedCircuit, countsOf, isProbeDue, observe, probed, type Circuit, type Sign } from "./decide.ts";
import { bankOf, pathOf, signOf } from "./signs.ts";

export type HealthDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  metrics: Pick<Metrics, "counter" | "gauge">;
  processId: string;
  /** A harmless question to a gateway; never a charge. */
  probe: (channel: ChannelCode, account: ChannelAccount) => Promise<Probe>;
}>;

export type WatchedMethod = CircuitRow["method"];

/** One gateway, method and bank with its circuit. `bank` is empty for all banks together. */
export type Watched = Readonly<{
  channel: ChannelCode;
  path: string;
  method: WatchedMethod;
  bank: string;
  circuit: Circuit;
}>;

type Entry = Watched & Readonly<{ account: ChannelAccount | null }>;

export type ChannelHealthMonitor = Readonly<{
  /** The channel, whose charges, codes and refunds are counted. */
  watch(channel: Channel): Channel;
  /** The circuit of new payments at an account’s gateway. */
  circuitOf(channel: ChannelCode, account: ChannelAccount, method: WatchedMethod): Circuit;
  /** Everything that is watched, with counts of this moment. */
  all(): readonly Watched[];
  /** One round: probes what is due, tells other processes, learns from them. The loop and tests call it. */
  lookAfter(): Promise<void>;
}>;

/** The monitor of one process. */
export function createHealthMonitor(deps: HealthDeps): ChannelHealthMonitor {
  const entries = new Map<string, Entry>();
  const state: State = { deps, entries, toTell: new Set(), heardUntil: deps.world.now(), counter: null };
  state.counter = deps.metrics.counter({
    name: "huiyin_channel_calls_total",
    help: "Charges, codes and refunds by what they told of the gateway",
    labels: ["channel", "method", "sign"],
  });
  deps.metrics.gauge({
    name: "huiyin_channel_circuits_open",
    help: "Gateways, methods and banks to which nothing new is sent",
    labels: ["channel"],
    collect() {
      this.reset();
      for (const { channel, circuit } of entries.values())
        if (circuit.state !== "closed") this.inc({ channel });
    },
  });
  return {
    watch: (channel) => watch(state, channel),
    circuitOf: (channel, account, method) => {
      const key = keyOf({ channel, path: pathOf(account), method, bank: "" });
      const entry = entries.get(key);
      // Told of by another process, which may be gone by now: with an account in hand this one can probe as well.
      if (entry?.account === null) entries.set(key, { ...entry, account });
      return entry?.circuit ?? closedCircuit(deps.world.now());
    },
    all: () => [...entries.values()].map(({ account: _, ...watched }) => watched),
    lookAfter: () => lookAfter(state),
  };
}

type State = {
  readonly deps: HealthDeps;
  readonly entries: Map<string, Entry>;
  /** Keys of circuits that changed since the other processes were told. */
  readonly toTell: Set<string>;
  /** Words of other processes are known up to this moment. */
  heardUntil: Date;
  counter: ReturnType<HealthDeps["metrics"]["counter"]> | null;
};

function keyOf({ channel, path, method, bank }: Omit<Watched, "circuit">): string {
  return `${channel} ${path} ${method} ${bank}`;
}

/** The calls that begin something are counted; what is asked about it later says nothing that these do not say sooner. */
function watch(state: State, channel: Channel): Channel {
  const { code } = channel.manifest;
  const counting =
    <Request, Answer extends Awaited<ReturnType<Channel["charge" | "precreate" | "refund"]>>>(
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

type Called = Readonly<{ channel: ChannelCode; method: WatchedMethod; account: ChannelAccount }>;

function notice(
  state: State,
  { channel, method, account }: Called,
  { outcome, exchange }: Awaited<ReturnType<Channel["charge" | "precreate" | "refund"]>>,
): void {
  const sign = signOf(outcome);
  state.counter?.inc({ channel, method, sign });
  const place = { channel, path: pathOf(account), method };
  const bank = bankOf(channel, exchange);
  for (const one of bank === null ? [""] : ["", bank]) {
    const key = { ...place, bank: one };
    const entry = state.entries.get(keyOf(key)) ?? {
      ...key,
      account,
      circuit: closedCircuit(exchange.sentAt),
    };
    const now = state.deps.world.now();
    put(
      state,
      { ...entry, account, circuit: observe(entry.circuit, sign, now, circuitRules) },
      entry.circuit,
    );
  }
}

/** Keeps a circuit, and says so where its state is another one than before. */
function put(state: State, entry: Entry, before: Circuit): void {
  const key = keyOf(entry);
  if (!state.entries.has(key) && state.entries.size >= routingLimits.circuitsMax) return;
  state.entries.set(key, entry);
  if (entry.circuit.state === before.state) return;
  state.toTell.add(key);
  const { channel, path, method, bank, circuit } = entry;
  const { answers, failures } = countsOf(circuit, state.deps.world.now(), circuitRules);
  state.deps.log.warn(
    {
      event: "circuit_changed",
      channel,
      path,
      method,
      bank,
      from: before.state,
      to: circuit.state,
      answers,
      failures,
    },
    "a circuit breaker changed its state",
  );
}

async function lookAfter(state: State): Promise<void> {
  await learn(state);
  await Promise.all([...state.entries.values()].map((entry) => probeIfDue(state, entry)));
  await tell(state);
}

async function probeIfDue(state: State, entry: Entry): Promise<void> {
  const { world, probe, log } = state.deps;
  // Learned from another process, and nobody wanted to pay here since: there is nothing to probe with, and no need to.
  if (entry.account === null || !isProbeDue(entry.circuit, world.now())) return;
  const sign = await probe(entry.channel, entry.account).then(signOfProbe, (error: unknown): Sign => {
    log.error({ event: "probe_failed", channel: entry.channel, err: error }, "a probe could not be sent");
    return "failure";
  });
  const present = state.entries.get(keyOf(entry)) ?? entry;
  put(
    state,
    { ...present, circuit: probed(present.circuit, sign, world.now(), circuitRules) },
    present.circuit,
  );
}

// What a probe finds where the gateway, and not the configuration, is at fault; every channel names it so.
const gatewayFindings: ReadonlySet<string> = new Set(["gatewayUnreachable", "gatewayStrange", "channelBusy"]);

/** Whoever finds fault with a configuration is there: silence and system errors are what counts as failure. */
function signOfProbe({ exchange, outcome }: Probe): Sign {
  if (outcome.kind === "ready") return "answer";
  if (exchange === null || exchange.receivedAt === null) return "failure";
  return gatewayFindings.has(outcome.finding.code) ? "failure" : "answer";
}

async function tell({ deps, entries, toTell }: State): Promise<void> {
  if (toTell.size === 0) return;
  const rows = [...toTell].flatMap((key): CircuitRow[] => {
    const entry = entries.get(key);
    if (entry === undefined) return [];
    const { channel, path, method, bank, circuit } = entry;
    const probeAt = circuit.state === "closed" ? null : circuit.probeAt;
    const counts = countsOf(circuit, deps.world.now(), circuitRules);
    const { state, since } = circuit;
    return [{ channel, path, method, bank, state, since, probeAt, ...counts, process: deps.processId }];
  });
  toTell.clear();
  await deps.pg.transaction(async (tx) => {
    for (const row of rows) await saveCircuit(tx, row);
  });
}

/** What another process opened is open here too; what it closed after ours was opened is closed. */
async function learn(state: State): Promise<void> {
  const { pg, processId } = state.deps;
  const asked = { since: state.heardUntil, process: processId, limit: routingLimits.circuitsMax };
  for (const row of await circuitsSince(pg.batch, asked)) {
    if (row.since > state.heardUntil) state.heardUntil = row.since;
    const present = state.entries.get(keyOf(row));
    if (present !== undefined && present.circuit.since >= row.since) continue;
    const { channel, path, method, bank } = row;
    const account = present?.account ?? null;
    const circuit = circuitOfRow(row);
    // Not told again: it comes from there.
    if (present !== undefined || state.entries.size < routingLimits.circuitsMax)
      state.entries.set(keyOf(row), { channel, path, method, bank, account, circuit });
  }
}

function circuitOfRow({ state, since, probeAt }: CircuitRow): Circuit {
  if (state === "closed" || probeAt === null) return closedCircuit(since);
  return { state: "open", since, pieces: [], probeAt, waitSeconds: circuitRules.openSecondsMin };
}
