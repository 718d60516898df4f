// Opening, stopping and asking about products. The channel is asked outside transactions; its word is then held against our record.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount } from "../../../channels/port.ts";
import { assert } from "../../../kernel/assert.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { merchantLimits } from "../limits.ts";
import { hasOffice } from "../productOffice.ts";
import {
  baseProductOf,
  channelOfProduct,
  productsFromCreation,
  type Capability,
  type CapabilityChange,
  type CapabilityCommand,
  type LiveState,
  type Product,
} from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { listRoutes } from "../account/store.ts";
import { revisionOf, touchMerchant } from "../store.ts";
import { addCapability } from "./creation.ts";
import { decide } from "./decide.ts";
import {
  capabilityHistory,
  findLive,
  listCapabilities,
  lockCapability,
  merchantsToRefresh,
  saveCapability,
  saveLive,
} from "./store.ts";

type Key = Readonly<{ merchantId: string; product: Product }>;
type Asker = Readonly<{ source: "operator" | "merchant"; actor: string }>;

/** Carries out one command on a capability. Refuses `not_found` and what `decide` refuses. */
export async function applyCommand(
  deps: MerchantDeps,
  key: Key,
  command: CapabilityCommand,
  actor: string,
): Promise<Result<Capability>> {
  const result = await deps.pg.transaction(async (tx): Promise<Result<Capability>> => {
    const present = await lockedOrAdded(deps, tx, key);
    if (present === null) return noCapability(key);
    const decision = decide(present, command);
    if (!decision.ok) return decision;
    if (decision.value === null) return success(present);
    const next: Capability = {
      ...present,
      ...decision.value,
      version: present.version + 1,
      changedAt: deps.world.now(),
    };
    await saveCapability(tx, next, { stateBefore: present.state, actor });
    assert(await touchMerchant(tx, key.merchantId), `${key.merchantId}: a capability without a merchant`);
    if (next.state === "applying") await deps.followApplication(tx, key);
    return success(next);
  });
  deps.directory.forget(key.merchantId);
  return result;
}

/** The capability under lock. A merchant that is older than the product gets it on record now; null without a merchant. */
async function lockedOrAdded(deps: MerchantDeps, tx: Tx, key: Key): Promise<Capability | null> {
  const present = await lockCapability(tx, key.merchantId, key.product);
  if (present !== null || (await revisionOf(tx, key.merchantId)) === null) return present;
  await addCapability(deps, tx, { ...key, actor: "system" });
  return lockCapability(tx, key.merchantId, key.product);
}

export type CapabilityWish =
  | Readonly<{ action: "open" }>
  | Readonly<{ action: "resume" }>
  | Readonly<{ action: "suspend"; reason: string }>
  | Readonly<{ action: "close"; reason: string }>;

/**
 * What a person asked for. Opening asks the channel: see `openProduct`. Stopping is our own record, which the menu of
 * every terminal obeys; the contract with the channel stays as it is.
 */
export async function actOnCapability(
  deps: MerchantDeps,
  key: Key,
  wish: CapabilityWish,
  asker: Asker,
): Promise<Result<Capability>> {
  const { source, actor } = asker;
  if (wish.action === "open") return openProduct(deps, key, asker);
  if (wish.action === "resume") return applyCommand(deps, key, { kind: "resume", source }, actor);
  return applyCommand(deps, key, { kind: wish.action, source, reason: wish.reason }, actor);
}

/**
 * Applies for a product at the channel, and asks at once how far it is. The application is on record before the call.
 * Doing it twice is doing it once. Refuses `channel_account_missing`, `capability_open_refused`,
 * `capability_office_unreachable` (the application stays on record and is repeated by the refresh).
 */
export async function openProduct(deps: MerchantDeps, key: Key, asker: Asker): Promise<Result<Capability>> {
  const account = await deps.directory.channelAccount(key.merchantId, channelOfProduct[key.product]);
  if (account === null) return refuse("channel_account_missing");
  // Our record may say “enabled” while the channel closed the product behind our back: its word comes first.
  const before = await askOffice(deps, key);
  if (before?.kind === "known") {
    const observed = await applyCommand(
      deps,
      key,
      { kind: "observe", state: before.state, reason: before.reason },
      "channel",
    );
    if (!observed.ok || observed.value.state === "enabled") return observed;
  }
  const applied = await applyCommand(deps, key, { kind: "open", source: asker.source }, asker.actor);
  if (!applied.ok) return applied;
  if (applied.value.state === "enabled")
    return before?.kind === "known" ? applied : refuse("capability_office_unreachable");
  return submit(deps, key);
}

/** Hands an application to the channel and takes down the answer. */
async function submit(deps: MerchantDeps, key: Key): Promise<Result<Capability>> {
  const account = await deps.directory.channelAccount(key.merchantId, channelOfProduct[key.product]);
  if (account === null) return refuse("channel_account_missing");
  if (isOpenByItsAccount(key.product, account)) return refreshCapability(deps, key);
  const outcome = await deps.office.open(account, key.product);
  if (outcome.kind === "unknown") return refuse("capability_office_unreachable");
  if (outcome.kind === "refused") {
    await applyCommand(deps, key, { kind: "observe", state: "rejected", reason: outcome.reason }, "channel");
    return refuse("capability_open_refused", { reason: outcome.reason });
  }
  return refreshCapability(deps, key);
}

/** Asks the channel now, and brings our record in line with its word where the rules allow. Refuses `not_found`. */
export async function refreshCapability(deps: MerchantDeps, key: Key): Promise<Result<Capability>> {
  const live = await askOffice(deps, key);
  if (live?.kind !== "known") {
    const present = await deps.pg.transaction((tx) => lockedOrAdded(deps, tx, key));
    return present === null ? noCapability(key) : success(present);
  }
  return applyCommand(deps, key, { kind: "observe", state: live.state, reason: live.reason }, "channel");
}

/**
 * The channel's own word about a product: the stored one while it is younger than five minutes and newer than
 * `notBefore`, else asked now. Null where the merchant has no account to ask with. Changes nothing of our record.
 */
export async function liveState(deps: MerchantDeps, key: Key, notBefore: Date): Promise<LiveState | null> {
  const stored = await findLive(deps.pg.batch, key.merchantId, key.product);
  const youngEnough = addSeconds(deps.world.now(), -merchantLimits.liveStateSecondsMax);
  if (stored && stored.kind === "known" && stored.askedAt >= youngEnough && stored.askedAt > notBefore)
    return stored;
  return askOffice(deps, key);
}

async function askOffice(deps: MerchantDeps, key: Key): Promise<LiveState | null> {
  const channel: ChannelCode = channelOfProduct[key.product];
  const account = await deps.directory.channelAccount(key.merchantId, channel);
  if (account === null) return null;
  const live = isOpenByItsAccount(key.product, account)
    ? await probedState(deps, channel, account)
    : await deps.office.stateOf(account, key.product);
  await deps.pg.transaction((tx) => saveLive(tx, { ...key, channel }, live));
  return live;
}

/**
 * WeChat Pay and UnionPay open code payment with the account itself. Where no back office speaks for it, an account that
 * the channel accepts is its word.
 */
export function isOpenByItsAccount(product: Product, account: ChannelAccount): boolean {
  const channel = channelOfProduct[product];
  return channel !== "alipay" && product === baseProductOf[channel] && hasOffice(account) === "no";
}

async function probedState(
  { probe, world }: MerchantDeps,
  channel: ChannelCode,
  account: ChannelAccount,
): Promise<LiveState> {
  const askedAt = world.now();
  const { outcome } = await probe(channel, account);
  return outcome.kind === "ready"
    ? { kind: "known", state: "enabled", reason: null, askedAt }
    : { kind: "unknown", problem: outcome.finding.title.en.slice(0, 200), askedAt };
}

export type CapabilityView = Capability &
  Readonly<{ live: LiveState | null; history: readonly CapabilityChange[] }>;

/** Every product of a merchant with its history, newest first, and the last word of the channel as it is stored. */
export async function capabilitiesOf(
  deps: Pick<MerchantDeps, "pg">,
  merchantId: string,
): Promise<CapabilityView[]> {
  const { batch } = deps.pg;
  const [capabilities, lines] = await Promise.all([
    listCapabilities(batch, merchantId),
    capabilityHistory(batch, merchantId, merchantLimits.historyLinesMax),
  ]);
  const views: CapabilityView[] = [];
  for (const capability of capabilities) {
    const history = lines
      .filter((line) => line.product === capability.product)
      .map(({ product: _, ...line }) => line);
    views.push({ ...capability, live: await findLive(batch, merchantId, capability.product), history });
  }
  return views;
}

/**
 * Walks through every merchant with a product that is open or being opened, asks the channel, and repeats applications
 * that it does not know. The nightly job, and the one on demand. Answers how many products changed their state.
 */
export async function refreshCapabilities(deps: MerchantDeps, signal: AbortSignal): Promise<number> {
  let changed = 0;
  let after: string | null = null;
  while (!signal.aborted) {
    const states = ["applying", "enabled", "suspended"] as const;
    const page: string[] = await merchantsToRefresh(deps.pg.batch, {
      after,
      limit: merchantLimits.refreshPageSize,
      states,
    });
    for (const merchantId of page) {
      if (signal.aborted) break;
      changed += await refreshMerchant(deps, merchantId);
    }
    if (page.length < merchantLimits.refreshPageSize) break;
    after = page.at(-1) ?? null;
  }
  return changed;
}

async function refreshMerchant(deps: MerchantDeps, merchantId: string): Promise<number> {
  const before = await listCapabilities(deps.pg.batch, merchantId);
  const onRecord = before.map(({ product }) => product);
  const accounts = await listRoutes(deps.pg.batch, merchantId);
  const bases = accounts.map(({ channel }) => baseProductOf[channel]);
  for (const product of new Set([...productsFromCreation, ...onRecord, ...bases])) {
    const refreshed = await refreshCapability(deps, { merchantId, product });
    // Still “applying” and the channel knows nothing of it: the application was lost on the way, so it is sent again.
    if (!refreshed.ok || refreshed.value.state !== "applying") continue;
    const live = await findLive(deps.pg.batch, merchantId, product);
    if (live?.kind === "known" && live.state !== "applying") await submit(deps, { merchantId, product });
  }
  const after = await listCapabilities(deps.pg.batch, merchantId);
  return after.filter((now) => before.find((then) => then.product === now.product)?.version !== now.version)
    .length;
}

function noCapability({ merchantId, product }: Key): Result<never> {
  return refuse("not_found", { what: `${merchantId}/${product}` });
}
