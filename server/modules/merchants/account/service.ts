// Channel accounts: checked against the channel itself before they are put in force.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelAccount, ChannelManifest, ConfigField, Probe } from "../../../channels/port.ts";
import { refuse, success, unwrap, type Result } from "../../../kernel/result.ts";
import type { Database, Tx } from "../../../platform/pg/pg.ts";
import { applyCommand, isOpenByItsAccount } from "../capability/service.ts";
import { baseProductOf, mainRoute, type ChannelAccountState } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import { revisionOf, touchMerchant } from "../store.ts";
import { openAccount, sealAccount, type AccountKey } from "../vault.ts";
import { findAccount, lockAccount, saveAccount } from "./store.ts";
import { checkAccount, mergedAccount, probeProblem } from "./decide.ts";

export type AccountUpdate = Readonly<{
  channel: ChannelCode;
  /** Which of several accounts at the channel; the first one where absent. */
  route?: string;
  /** Null keeps the present state; a new account becomes active. */
  state: ChannelAccountState | null;
  /** Fields left out keep their value; an empty text takes a field away. */
  config: ChannelAccount;
  actor: string;
  reason: string;
}>;

/** What an update would come to, from one reading of the account in force. */
type Plan = Readonly<{
  /** 0 where there is none yet. */
  versionBefore: number;
  state: ChannelAccountState;
  account: ChannelAccount;
  /** Empty where no field changes. */
  changedKeys: readonly string[];
  /** Fields that change and name the account at its channel: nothing may have been paid under the ones before. */
  moved: readonly ConfigField[];
  change: "some" | "none";
}>;

/**
 * Puts a new version of a channel account in force. Whatever is to collect money is probed first: the channel itself
 * has to accept it. Refuses `not_found`, `channel_account_invalid` naming each field that is missing, unknown or
 * malformed, `channel_account_identity_fixed` where payments need the account that it was, and `channel_probe_refused` with
 * the channel’s reason. Answers the version in force; an update that changes nothing adds none and asks nobody.
 */
export async function putChannelAccount(
  deps: MerchantDeps,
  merchantId: string,
  update: AccountUpdate,
): Promise<Result<number>> {
  const key = { merchantId, channel: update.channel, route: update.route ?? mainRoute };
  for (;;) {
    const planned = await plan(deps, key, update);
    if (!planned.ok) return planned;
    const { versionBefore, change, state, account } = planned.value;
    if (change === "none") return success(versionBefore);
    if (state === "active") {
      const { outcome } = await deps.probe(update.channel, account);
      if (outcome.kind === "refused") {
        const errors = [probeProblem(outcome)];
        return { ok: false, refusal: { code: "channel_probe_refused", facts: {}, errors } };
      }
    }
    const saved = await save(deps, key, planned.value, update);
    deps.directory.forget(merchantId);
    // Somebody else changed the account while the channel was asked: what was probed is no longer what would be stored.
    if (saved === "overtaken") continue;
    if (saved.ok && state === "active") await openWithAccount(deps, key, account);
    return saved;
  }
}

/** The channel has just accepted the account: where nobody else speaks for its base product, that opens it. */
async function openWithAccount(
  deps: MerchantDeps,
  { merchantId, channel }: AccountKey,
  account: ChannelAccount,
): Promise<void> {
  const product = baseProductOf[channel];
  if (!isOpenByItsAccount(product, account)) return;
  const word = { kind: "observe", state: "enabled", reason: null } as const;
  unwrap(await applyCommand(deps, { merchantId, product }, word, "channel"));
}

/**
 * Asks the channel whether this configuration works, over the one that is stored under this route, the first where the key
 * names none. Stores nothing. Refuses as above.
 */
export async function probeChannelAccount(
  deps: MerchantDeps,
  { merchantId, channel, route = mainRoute }: AccountKey,
  config: ChannelAccount,
): Promise<Result<Probe>> {
  const key = { merchantId, channel, route };
  const planned = await plan(deps, key, { state: null, config });
  return planned.ok ? success(await deps.probe(key.channel, planned.value.account)) : planned;
}

async function plan(
  deps: MerchantDeps,
  key: AccountKey,
  update: Pick<AccountUpdate, "state" | "config">,
): Promise<Result<Plan>> {
  const manifest: ChannelManifest | undefined = deps.manifests.get(key.channel);
  if (!manifest) return refuse("not_found", { what: key.channel });
  const { batch } = deps.pg;
  if ((await revisionOf(batch, key.merchantId)) === null)
    return refuse("not_found", { what: key.merchantId });
  const present = await findAccount(batch, key);
  const before = present ? openAccount(deps.vault, key, present.configSealed) : {};
  const account = mergedAccount(before, update.config);
  const errors = checkAccount(manifest, account);
  if (errors.length > 0)
    return { ok: false, refusal: { code: "channel_account_invalid", facts: {}, errors } };
  const state = update.state ?? present?.state ?? "active";
  const names = [...new Set([...Object.keys(before), ...Object.keys(account)])];
  const changedKeys = names.filter((name) => before[name] !== account[name]).sort();
  const same = present !== null && changedKeys.length === 0 && present.state === state;
  const versionBefore = present?.version ?? 0;
  const moved = manifest.configFields.filter(
    ({ key: name, identity }) => identity === "yes" && present !== null && changedKeys.includes(name),
  );
  const fixed = await identityFixed(deps, batch, { key, moved });
  return (
    fixed ?? success({ versionBefore, state, account, changedKeys, moved, change: same ? "none" : "some" })
  );
}

/** The refusal to move an account under which something was paid; null where nothing was, or nothing moves. */
async function identityFixed(
  { hasPayments }: MerchantDeps,
  tx: Tx | Database,
  { key, moved }: Readonly<{ key: AccountKey; moved: readonly ConfigField[] }>,
): Promise<Result<never> | null> {
  if (moved.length === 0 || (await hasPayments?.(tx, key)) !== "yes") return null;
  const fieldsZh = moved.map(({ label }) => label.zh).join("、");
  const fieldsEn = moved.map(({ label }) => label.en).join(", ");
  return refuse("channel_account_identity_fixed", { fieldsZh, fieldsEn });
}

async function save(
  deps: MerchantDeps,
  key: AccountKey,
  planned: Plan,
  { actor, reason }: AccountUpdate,
): Promise<Result<number> | "overtaken"> {
  const { state, changedKeys, account, moved } = planned;
  const version = planned.versionBefore + 1;
  const configSealed = sealAccount(deps.vault, key, account);
  const at = deps.world.now();
  return deps.pg.transaction(async (tx): Promise<Result<number> | "overtaken"> => {
    if (!(await touchMerchant(tx, key.merchantId))) return refuse("not_found", { what: key.merchantId });
    // Who begins a payment under this version holds it: from here on there is either that payment, or none of the kind.
    const present = await lockAccount(tx, key);
    if ((present?.version ?? 0) !== planned.versionBefore) return "overtaken";
    const fixed = await identityFixed(deps, tx, { key, moved });
    if (fixed !== null) return fixed;
    await saveAccount(tx, { ...key, state, version, configSealed, changedKeys, actor, reason, at });
    return success(version);
  });
}
