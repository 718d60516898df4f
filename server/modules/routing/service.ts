// Routing of one process: chooses the account of each new payment, finds that of earlier ones, keeps the rules.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "../../channels/port.ts";
import { assert, unreachable } from "../../kernel/assert.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import { dayAndTime } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import type { Database, Pg, Tx } from "../../platform/pg/pg.ts";
import {
  effectiveSpan,
  maintenanceBetween,
  touchMerchant,
  windowAgainst,
  type AccountRoute,
  type MaintenanceWindow,
  type MerchantDirectory,
} from "../merchants/index.ts";
import { canFit, canServe, choose } from "./decide.ts";
import { createFirstPayments } from "./firstPayments.ts";
import type { ChannelHealthMonitor } from "./health/service.ts";
import { routingLimits } from "./limits.ts";
import {
  mainRoute,
  noPlan,
  type Obstacle,
  type Plan,
  type Question,
  type Reason,
  type RouteFacts,
  type Rule,
  type Shut,
  type TakingMethod,
} from "./model.ts";
import { findChoice, findPlan, insertChoices, insertPlan, type ChoiceRow } from "./store.ts";
import { unavailableFacts } from "./wording.ts";

export type RoutingDeps = Readonly<{
  pg: Pg;
  world: World;
  directory: Pick<MerchantDirectory, "merchantProfile" | "accountRoutes" | "forget">;
  health: Pick<ChannelHealthMonitor, "circuitOf">;
  /** Whether a payment was written down. */
  paymentExists: (tx: Tx | Database, merchantId: string, paymentId: string) => Promise<"yes" | "no">;
}>;

export type Chosen = Readonly<{
  route: string;
  account: ChannelAccount;
  /** Of the account: what is sent goes by this one, or not at all. */
  version: number;
  reasons: readonly Reason[];
}>;

export type Routing = Readonly<{
  /**
   * The account that serves a new payment. A payment that exists is never sent again by another one: its outcome is asked
   * about where it went. Refuses `channel_not_available`, `channel_in_maintenance`,
   * `platform_in_maintenance` and `channel_unstable`.
   */
  choose(question: Question): Promise<Result<Chosen>>;
  /**
   * Writes choices down in the transaction that writes the payments. Those of first accounts need no row. Throws the refusal
   * `unavailable` where an account was changed since it was chosen and could become another one: nothing was sent.
   */
  record(tx: Tx, choices: readonly ChoiceRow[]): Promise<void>;
  /** The account through which a payment went, in force or not; null where the merchant has none, or it is not known here yet. */
  accountOf(merchantId: string, channel: ChannelCode, paymentId: string): Promise<ChannelAccount | null>;
  /** Every account whose keys a callback may be signed with, the first one first. */
  accountsAt(merchantId: string, channel: ChannelCode): Promise<readonly ChannelAccount[]>;
  /** Any account in force; null where there is none. */
  anyAccount(merchantId: string, channel: ChannelCode): Promise<ChannelAccount | null>;
  /** Accounts in force to which nothing new is sent for want of answers, by their routes. */
  unstableRoutes(merchantId: string): Promise<ReadonlyMap<ChannelCode, ReadonlySet<string>>>;
  /** Called after every change of a window made by this process: the next choice knows of it. */
  windowsChanged(): void;
  plan(merchantId: string, channel: ChannelCode): Promise<Plan>;
  /**
   * Puts rules in force, based on the version that the caller saw. Refuses `not_found`, `routing_route_unknown`,
   * `routing_rule_name_taken`, `routing_rule_never_fits`, and `routing_plan_overtaken` where others were faster.
   */
  putPlan(wanted: NewRules): Promise<Result<Plan>>;
}>;

export type NewRules = Readonly<{
  merchantId: string;
  channel: ChannelCode;
  rules: readonly Rule[];
  /** The version that the rules are based on; 0 where there were none. */
  expectedVersion: number;
  actor: string;
  reason: string;
}>;

const channels: readonly ChannelCode[] = ["alipay", "wechat", "unionpay"];

type State = {
  readonly deps: RoutingDeps;
  readonly plans: Map<string, Readonly<{ revision: bigint; plan: Plan }>>;
  windows: Readonly<{ found: Promise<readonly MaintenanceWindow[]>; at: Date }> | null;
};

/** One a process: it remembers rules by the revision of their merchant, and windows for two seconds. */
export function createRouting(deps: RoutingDeps): Routing {
  const state: State = { deps, plans: new Map(), windows: null };
  const { directory } = deps;
  const firsts = createFirstPayments(deps);
  const active = async (merchantId: string, channel: ChannelCode) =>
    (await directory.accountRoutes(merchantId, channel)).filter((one) => one.state === "active");
  return {
    choose: async (question) => {
      const chosen = await chooseAccount(state, question);
      if (chosen.ok) await firsts.look({ ...question, route: chosen.value.route });
      return chosen;
    },
    record: async (tx, choices) => {
      await firsts.hold(tx, choices);
      const others = choices.filter(({ route }) => route !== mainRoute);
      if (others.length > 0) await insertChoices(tx, others);
    },
    accountOf: (merchantId, channel, paymentId) => accountOf(state, { merchantId, channel, paymentId }),
    accountsAt: async (merchantId, channel) =>
      (await directory.accountRoutes(merchantId, channel)).map(({ account }) => account),
    anyAccount: async (merchantId, channel) => (await active(merchantId, channel))[0]?.account ?? null,
    unstableRoutes: async (merchantId) => {
      const unstable = new Map<ChannelCode, ReadonlySet<string>>();
      for (const channel of channels) {
        const routes = await active(merchantId, channel);
        const cutOff = routes.filter((one) => instability(deps, channel, one, "payerCode") !== null);
        if (cutOff.length > 0) unstable.set(channel, new Set(cutOff.map(({ route }) => route)));
      }
      return unstable;
    },
    windowsChanged: () => void (state.windows = null),
    plan: async (merchantId, channel) => (await findPlan(deps.pg.batch, merchantId, channel)) ?? noPlan,
    putPlan: (wanted) => putPlan(deps, wanted),
  };
}

async function chooseAccount(state: State, question: Question): Promise<Result<Chosen>> {
  const { directory } = state.deps;
  const { merchantId, channel } = question;
  const routes = await directory.accountRoutes(merchantId, channel);
  const windows = await windowsNow(state, question.at);
  const facts = routes.map((route) => factsOf(state.deps, route, windows, question));
  // With one account there is nothing to choose, whatever the rules say.
  const rules = routes.length > 1 ? (await planNow(state, merchantId, channel)).rules : [];
  const choice = choose(question, facts, rules);
  if (choice.kind === "none")
    return refusalOf(question, choice.obstacle, await servingInstead(state, windows, question));
  const chosen = routes.find(({ route }) => route === choice.route);
  assert(chosen !== undefined, `${question.paymentId}: chose ${choice.route}, which is not there`);
  const { route, account, version } = chosen;
  return success({ route, account, version, reasons: choice.reasons });
}

function factsOf(
  deps: RoutingDeps,
  one: AccountRoute,
  windows: readonly MaintenanceWindow[],
  { channel, at, method }: Question,
): RouteFacts {
  const { route, state } = one;
  // Every channel’s own product is named like the channel.
  const window = windowAgainst(windows, { channel, method: channel, route }, at);
  return {
    ...{ route, state },
    shut: window && shutBy(window),
    unstable: instability(deps, channel, one, method),
  };
}

function shutBy(window: MaintenanceWindow): Shut {
  const of = window.scope === "own" ? "platform" : "channel";
  return { windowId: window.id, until: effectiveSpan(window).to, of };
}

function instability(
  { health }: RoutingDeps,
  channel: ChannelCode,
  { account }: AccountRoute,
  method: TakingMethod,
): RouteFacts["unstable"] {
  const circuit = health.circuitOf(channel, account, method);
  return circuit.state === "closed" ? null : { since: circuit.since, probeAt: circuit.probeAt };
}

/** The other channels at which an account of the merchant can serve now. */
async function servingInstead(
  { deps }: State,
  windows: readonly MaintenanceWindow[],
  question: Question,
): Promise<ChannelCode[]> {
  const serving: ChannelCode[] = [];
  for (const channel of channels) {
    if (channel === question.channel) continue;
    const routes = await deps.directory.accountRoutes(question.merchantId, channel);
    const facts = routes.map((route) => factsOf(deps, route, windows, { ...question, channel }));
    if (facts.some(canServe)) serving.push(channel);
  }
  return serving;
}

function refusalOf(
  { channel, at }: Question,
  obstacle: Obstacle,
  instead: readonly ChannelCode[],
): Result<never> {
  const facts = unavailableFacts(channel, instead);
  switch (obstacle.kind) {
    case "noAccount":
      return refuse("channel_not_available", facts);
    case "maintenance": {
      const window = { windowId: obstacle.windowId, until: dayAndTime(obstacle.until, at) };
      // Nothing else serves either while the platform itself is shut.
      return obstacle.of === "platform"
        ? refuse("platform_in_maintenance", window)
        : refuse("channel_in_maintenance", { ...facts, ...window });
    }
    case "unstable":
      return refuse("channel_unstable", facts);
    default:
      return unreachable(obstacle);
  }
}

/** Windows that are open now or open soon enough to matter before they are read again. */
async function windowsNow(state: State, now: Date): Promise<readonly MaintenanceWindow[]> {
  const { windows: known, deps } = state;
  const ageMs = known === null ? Infinity : now.getTime() - known.at.getTime();
  if (known !== null && ageMs >= 0 && ageMs <= routingLimits.windowsStaleMsMax) return known.found;
  const soon = new Date(now.getTime() + routingLimits.windowsStaleMsMax);
  const found = maintenanceBetween(deps, now, soon);
  state.windows = { found, at: now };
  found.catch(() => (state.windows = null));
  return found;
}

async function planNow(state: State, merchantId: string, channel: ChannelCode): Promise<Plan> {
  const { deps, plans } = state;
  const revision = (await deps.directory.merchantProfile(merchantId))?.revision ?? 0n;
  const key = `${merchantId} ${channel}`;
  const known = plans.get(key);
  if (known?.revision === revision) return known.plan;
  const plan = (await findPlan(deps.pg.batch, merchantId, channel)) ?? noPlan;
  if (plans.size >= routingLimits.plansKeptMax) plans.clear();
  plans.set(key, { revision, plan });
  return plan;
}

async function accountOf(
  { deps }: State,
  asked: Readonly<{ merchantId: string; channel: ChannelCode; paymentId: string }>,
): Promise<ChannelAccount | null> {
  const { merchantId, channel, paymentId } = asked;
  // Asked for even where only one account is known here: another process may have chosen one that was added a moment ago.
  const named = await findChoice(deps.pg.batch, merchantId, paymentId);
  const routes = await deps.directory.accountRoutes(merchantId, channel);
  return routes.find(({ route }) => route === (named ?? mainRoute))?.account ?? null;
}

async function putPlan(deps: RoutingDeps, wanted: NewRules): Promise<Result<Plan>> {
  const { merchantId, channel, rules, expectedVersion, actor, reason } = wanted;
  const wrong = refusalOfRules(rules);
  if (wrong !== null) return wrong;
  const present = new Set(
    (await deps.directory.accountRoutes(merchantId, channel)).map(({ route }) => route),
  );
  const unknown = rules.flatMap(({ targets }) => targets).find(({ route }) => !present.has(route));
  if (unknown !== undefined) return refuse("routing_route_unknown", { route: unknown.route });
  const result = await deps.pg.transaction(async (tx): Promise<Result<Plan>> => {
    if (!(await touchMerchant(tx, merchantId))) return refuse("not_found", { what: merchantId });
    // The merchant is locked: nobody comes between this look and the new version.
    const { version } = (await findPlan(tx, merchantId, channel)) ?? noPlan;
    if (version !== expectedVersion) return refuse("routing_plan_overtaken", { version: String(version) });
    const plan = { version: version + 1, rules, actor, reason, at: deps.world.now() };
    await insertPlan(tx, { merchantId, channel, plan });
    return success(plan);
  });
  deps.directory.forget(merchantId);
  return result;
}

/** What makes rules senseless whatever the merchant has; null where nothing does. */
function refusalOfRules(rules: readonly Rule[]): Result<never> | null {
  const names = rules.map(({ name }) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return refuse("routing_rule_name_taken", { rule: twice });
  const idle = rules.find(({ when }) => canFit(when) === "no");
  return idle === undefined ? null : refuse("routing_rule_never_fits", { rule: idle.name });
}
