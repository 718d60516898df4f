// What a terminal may offer at this moment, and why not: the check before the customer meets the failure.
import { channelWords, type ChannelCode, type FeeBearer, type Localized } from "@huiyin/contract/words.ts";
import type { CreditAcceptance } from "../../../channels/port.ts";
import { unreachable } from "../../../kernel/assert.ts";
import { windowAgainst } from "../maintenance/decide.ts";
import {
  baseProductOf,
  channelOfProduct,
  effectiveSpan,
  instalmentFeeProduct,
  instalmentTerms,
  mainRoute,
  productWords,
  type Capability,
  type ChannelAccountState,
  type FeeRate,
  type InstalmentTerm,
  type LiveState,
  type MaintenanceWindow,
  type MerchantState,
  type Product,
} from "../model.ts";

export type MethodFacts = Readonly<{
  merchantState: MerchantState;
  creditAcceptance: CreditAcceptance;
  terminalState: "active" | "suspended" | "other";
  /** Without an entry where the merchant has no account at the channel. */
  accounts: ReadonlyMap<ChannelCode, ChannelAccountState>;
  /** Accounts in force by their routes; the first one alone where a channel has no entry. */
  routes?: ReadonlyMap<ChannelCode, readonly string[]>;
  /** Accounts that get no answers at this moment, by their routes. */
  unstable?: ReadonlyMap<ChannelCode, ReadonlySet<string>>;
  capabilities: readonly Capability[];
  /** The last word of the channel’s back office on each product, where there is one. */
  live: ReadonlyMap<Product, LiveState>;
  windows: readonly MaintenanceWindow[];
  fees: readonly FeeRate[];
}>;

/** What a menu shows: “Huabei instalments” are a choice within Huabei, see `instalmentsOf`. */
const methods = ["alipay", "huabei", "wechat", "unionpay"] as const satisfies readonly Product[];

export type Availability = Readonly<{
  available: boolean;
  /** Catalogue id of the reason, where the catalogue knows it. */
  causeId: string | null;
  text: Localized;
  /** When it is expected back, where somebody said so. */
  until: Date | null;
}>;

export type Method = Availability &
  Readonly<{
    method: (typeof methods)[number];
    /** What the customer may use in its place; empty where it is available. */
    instead: readonly (typeof methods)[number][];
  }>;
export type Instalments = Availability & Readonly<{ instalments: InstalmentTerm; feeBearer: FeeBearer }>;

type Reason = Readonly<{ causeId: string | null; text: Localized; until: Date | null }>;

/**
 * Every method with its availability, in the order in which a menu shows them. Alipay’s are always there; those of
 * another channel where the merchant has an account with it.
 */
export function methodsOf(facts: MethodFacts, now: Date): Method[] {
  const listed = methods
    .filter((method) => isListed(method, facts))
    .map((method) => ({ method, ...availability(reasonAgainst(method, facts, now), productWords[method]) }));
  const usable = listed.filter(({ available }) => available).map(({ method }) => method);
  return listed.map((method) => ({ ...method, instead: method.available ? [] : usable }));
}

function isListed(method: Method["method"], { accounts }: MethodFacts): boolean {
  const channel = channelOfProduct[method];
  return channel === "alipay" || accounts.has(channel);
}

/** Huabei instalments by their number, with the payer and with the merchant bearing the fee. */
export function instalmentsOf(facts: MethodFacts, now: Date): Instalments[] {
  const bearers = ["payer", "merchant"] as const;
  return instalmentTerms.flatMap((instalments) =>
    bearers.map((feeBearer) => {
      const reason =
        reasonAgainst("huabei", facts, now) ??
        (feeBearer === "merchant" ? reasonAgainstTerm(instalments, facts, now) : null);
      const words = { zh: `花呗分${instalments}期`, en: `Huabei in ${instalments} instalments` };
      return { instalments, feeBearer, ...availability(reason, words) };
    }),
  );
}

function availability(reason: Reason | null, words: Localized): Availability {
  if (reason !== null) return { available: false, ...reason };
  const text = { zh: `${words.zh}可用`, en: `${words.en} is available` };
  return { available: true, causeId: null, text, until: null };
}

/** The merchant bears a fee only under a contract, and only where the platform knows what it costs. */
function reasonAgainstTerm(instalments: InstalmentTerm, facts: MethodFacts, now: Date): Reason | null {
  const product = instalmentFeeProduct(instalments);
  const priced = facts.fees.some((rate) => rate.product === product && rate.validFrom <= now);
  return (
    capability("huabeiInstalment", facts) ??
    (priced
      ? null
      : because(
          null,
          `商户还没有设定花呗分${instalments}期的费率`,
          `The merchant has no rate for ${instalments} instalments yet`,
        ))
  );
}

function reasonAgainst(product: Product, facts: MethodFacts, now: Date): Reason | null {
  return (
    standing(facts) ??
    maintenance(product, facts, now) ??
    account(channelOfProduct[product], facts) ??
    capability(baseProductOf[channelOfProduct[product]], facts) ??
    instability(channelOfProduct[product], facts) ??
    (product === "huabei" ? (credit(facts) ?? capability("huabei", facts)) : null)
  );
}

/** The merchant’s own switch comes before its contract: it holds whatever the channel allows. */
function credit(facts: MethodFacts): Reason | null {
  return facts.creditAcceptance === "accepted"
    ? null
    : because("C-MCH-08", "商户设置为不收花呗等信用付款", "The merchant takes no Huabei and no other credit");
}

function standing(facts: MethodFacts): Reason | null {
  if (facts.merchantState !== "active") {
    return because(null, "商户已停用，请联系服务商", "The merchant is suspended; ask the service provider");
  }
  if (facts.terminalState === "active") return null;
  if (facts.terminalState === "other") {
    return because(
      null,
      "终端尚未激活，请用激活码启用",
      "The terminal is not activated yet; use its activation code",
    );
  }
  return because(null, "终端已停用，请联系服务商", "The terminal is suspended; ask the service provider");
}

/**
 * Shut where no account in force serves, and a window is part of that: another account takes over otherwise. The window that
 * ends first brings the method back, so it is the one to name.
 */
function maintenance(product: Product, facts: MethodFacts, now: Date): Reason | null {
  const channel = channelOfProduct[product];
  const windows: MaintenanceWindow[] = [];
  for (const route of routesAt(channel, facts)) {
    const window = windowAgainst(facts.windows, { channel, method: product, route }, now);
    if (window !== null) windows.push(window);
    else if (!isUnstable(channel, route, facts)) return null;
  }
  const [first] = windows.toSorted(
    (one, other) => effectiveSpan(one).to.getTime() - effectiveSpan(other).to.getTime(),
  );
  if (first === undefined) return null;
  const causeId = first.scope === "own" ? "C-CHN-02" : "C-CHN-01";
  return { causeId, text: first.texts, until: effectiveSpan(first).to };
}

function routesAt(channel: ChannelCode, { routes }: MethodFacts): readonly string[] {
  return routes?.get(channel) ?? [mainRoute];
}

function isUnstable(channel: ChannelCode, route: string, { unstable }: MethodFacts): boolean {
  return unstable?.get(channel)?.has(route) ?? false;
}

function instability(channel: ChannelCode, facts: MethodFacts): Reason | null {
  const routes = routesAt(channel, facts);
  if (routes.length === 0 || !routes.every((route) => isUnstable(channel, route, facts))) return null;
  const words = channelWords[channel];
  return because(
    "C-CHN-03",
    `${words.zh}暂时没有应答，平台正在探测，恢复后自动可用`,
    `${words.en} gives no answers for the moment; the platform keeps probing, and it returns by itself`,
  );
}

function account(channel: ChannelCode, { accounts }: MethodFacts): Reason | null {
  const state = accounts.get(channel);
  if (state === "active") return null;
  const words = channelWords[channel];
  return state === undefined
    ? because(
        "C-MCH-05",
        `商户尚未开通${words.zh}商家服务`,
        `The merchant has no ${words.en} merchant account yet`,
      )
    : because("C-MCH-08", `商户停用了${words.zh}收款`, `The merchant switched ${words.en} off`);
}

const notOpenCauses: Readonly<Record<Product, string>> = {
  alipay: "C-MCH-05",
  huabei: "C-MCH-01",
  huabeiInstalment: "C-MCH-01",
  wechat: "C-MCH-05",
  unionpay: "C-MCH-05",
};

function capability(product: Product, facts: MethodFacts): Reason | null {
  const record = facts.capabilities.find((candidate) => candidate.product === product);
  const words = productWords[product];
  const notOpen = notOpenCauses[product];
  if (!record || record.state === "notApplied") {
    return because(notOpen, `商户尚未开通${words.zh}收款`, `The merchant has not opened ${words.en}`);
  }
  switch (record.state) {
    case "enabled":
      return contradictedByChannel(record, facts.live.get(product), notOpen);
    case "applying":
      return because(notOpen, `${words.zh}收款正在开通中`, `${words.en} is being opened`);
    case "rejected":
      return because(
        "C-MCH-06",
        `${words.zh}收款的申请被驳回`,
        `The application for ${words.en} was rejected`,
      );
    case "closed":
      return because(notOpen, `${words.zh}收款已关闭`, `${words.en} has been closed`);
    case "suspended":
      return suspended(record);
    default:
      return unreachable(record.state);
  }
}

/** Our record says “open”, but the channel said otherwise later: then it is the channel that decides. */
function contradictedByChannel(
  record: Capability,
  live: LiveState | undefined,
  notOpen: string,
): Reason | null {
  if (live?.kind !== "known" || live.state === "enabled" || live.askedAt <= record.changedAt) return null;
  const words = productWords[record.product];
  return because(
    live.state === "suspended" ? stoppedByChannel(record.product) : notOpen,
    `支付渠道显示本商户的${words.zh}收款未开通`,
    `The channel says that ${words.en} is not open at this merchant`,
  );
}

function suspended(record: Capability): Reason {
  const words = productWords[record.product];
  return record.source === "channel"
    ? because(
        stoppedByChannel(record.product),
        `支付渠道暂停了本商户的${words.zh}收款`,
        `The channel suspended ${words.en} at this merchant`,
      )
    : because("C-MCH-08", `商户暂停了${words.zh}收款`, `The merchant suspended ${words.en}`);
}

function stoppedByChannel(product: Product): string {
  return product === baseProductOf[channelOfProduct[product]] ? "C-ACC-04" : "C-RSK-02";
}

function because(causeId: string | null, zh: string, en: string): Reason {
  return { causeId, text: { zh, en }, until: null };
}
