// The chapter of a channel under maintenance: what cannot be used is refused by name, what can be used goes on, a second
// account takes over where there is one, and everything is back by itself when the window is over.
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import type { MaintenanceWindow } from "@huiyin/contract/api/maintenance.ts";
import type { Methods } from "@huiyin/contract/api/merchants.ts";
import { arrivalFacts, diagnosisFacts, paymentFacts } from "./looking.ts";
import type { Shop } from "./shop.ts";
import { once, type Facts, type Story } from "./story.ts";

const windowSeconds = 90;
const texts = { zh: "支付宝系统升级", en: "Alipay is being upgraded" };

/** Tells the whole chapter; answers whether it held. */
export async function maintenance(story: Story, shop: Shop): Promise<boolean> {
  return (await shut(story, shop)) && (await roundAbout(story, shop));
}

async function shut(story: Story, shop: Shop): Promise<boolean> {
  const announce = once(() => announceWindow(shop, {}));
  const announced = await story.expect(
    {
      zh: "支付宝进入公告的维护：菜单说明原因、恢复时间和替代方式",
      en: "Alipay goes into announced maintenance: the menu says why, until when, and what to use instead",
    },
    {
      window: "open",
      alipay: "C-CHN-01",
      until: "as announced",
      insteadOfAlipay: "wechat",
      wechat: "available",
    },
    async () => ({
      ...(await windowFacts(shop, await announce())),
      ...(await menuFacts(shop, await announce())),
    }),
  );
  const tradesBefore = await tradesAtAlipay(shop);
  const scan = once(async () => shop.tryToScan({ amount: 720, payerCode: await shop.payerCode("balance") }));
  const refused = await story.expect(
    {
      zh: "扫支付宝付款码：指名拒绝，并指出可用的方式，没有向渠道发起",
      en: "An Alipay code: refused by name, with what can be used; nothing is sent to the channel",
    },
    { status: 503, code: "channel_in_maintenance", namesWechat: true, tradesAdded: 0 },
    async () => {
      const { status, body } = await scan();
      const { code, detail = "", next = {} } = body as Record<string, string> & { next?: { zh?: string } };
      const words = `${detail} ${JSON.stringify(next)}`;
      const tradesAdded = (await tradesAtAlipay(shop)) - tradesBefore;
      return { status, code, namesWechat: words.includes("微信支付"), tradesAdded, words };
    },
  );
  if (!announced || !refused) return false;
  const other = once(async () => shop.scan({ amount: 760, payerCode: await shop.payerCodeOf("wechat") }));
  const paid = await story.expect(
    { zh: "改扫微信付款码：照常收款并播报", en: "A WeChat code instead: paid and announced as ever" },
    { state: "succeeded", clips: "wechat-received 7 yuan 6 jiao" },
    async () => {
      const { payment } = await other();
      return { ...(await paymentFacts(shop, payment.id)), ...(await arrivalFacts(shop, payment.id)) };
    },
  );
  const explained = await story.expect(
    {
      zh: "为什么被拒绝？诊断引用这份维护公告",
      en: "Why was it refused? The diagnosis cites the announcement",
    },
    { verdict: "named", cause: "C-CHN-01", citesWindow: true },
    async () => {
      const refusal = { code: "channel_in_maintenance" };
      const diagnosis = await shop.asCounter<Diagnosis>("POST", "/v1/diagnoses", { refusal });
      const facts = diagnosisFacts(diagnosis);
      return { ...facts, citesWindow: JSON.stringify(facts["evidence"]).includes(texts.zh) };
    },
  );
  return paid && explained && (await backByItself(story, shop, await announce()));
}

async function backByItself(story: Story, shop: Shop, windowId: string): Promise<boolean> {
  const move = once(() => pass(shop));
  const scan = once(async () => shop.scan({ amount: 730, payerCode: await shop.payerCode("balance") }));
  return story.expect(
    {
      zh: "维护时间一过，支付宝自动恢复，无人操作",
      en: "When its time is over Alipay is back by itself; nobody does anything",
    },
    { window: "over", alipay: "available", state: "succeeded" },
    async () => {
      await move();
      const facts = { ...(await windowFacts(shop, windowId)), ...(await menuFacts(shop, windowId)) };
      if (facts["alipay"] !== "available") return facts;
      return { ...facts, ...(await paymentFacts(shop, (await scan()).payment.id)) };
    },
    20_000,
  );
}

async function roundAbout(story: Story, shop: Shop): Promise<boolean> {
  const add = once(() => addAccount(shop));
  const added = await story.expect(
    { zh: "商户在支付宝再配置一个账户", en: "The merchant gets a second account at Alipay" },
    { routes: ["main", "provider"] },
    async () => {
      await add();
      return routeFacts(shop);
    },
  );
  if (!added) return false;
  const announce = once(async () => announceWindow(shop, { route: "main", appId: (await add()).mainAppId }));
  const scan = once(async () => {
    await announce();
    return shop.scan({ amount: 740, payerCode: await shop.payerCode("balance") });
  });
  const around = await story.expect(
    {
      zh: "主账户维护期间，收款自动改走另一个账户，时间线写明原因",
      en: "While the first account is shut, payments go round by the other one, and the timeline says why",
    },
    {
      state: "succeeded",
      route: "provider",
      why: ["channelByCode", "noRuleFits", "routeInMaintenance", "standIn"],
      receivedByProviderFen: 740,
    },
    async () => {
      const { payment } = await scan();
      const { providerAppId } = await add();
      return {
        ...(await paymentFacts(shop, payment.id)),
        ...(await choiceFacts(shop, payment.id)),
        receivedByProviderFen: await receivedBy(shop, providerAppId),
      };
    },
  );
  if (!around) return false;
  const move = once(() => pass(shop));
  const again = once(async () => {
    await move();
    return shop.scan({ amount: 750, payerCode: await shop.payerCode("balance") });
  });
  return story.expect(
    { zh: "窗口结束，收款自己回到主账户", en: "The window ends, and payments return to the first account" },
    { state: "succeeded", route: "main" },
    async () => {
      const { payment } = await again();
      return { ...(await paymentFacts(shop, payment.id)), ...(await choiceFacts(shop, payment.id)) };
    },
    20_000,
  );
}

type Announced = Readonly<{ route?: string; appId?: string }>;

/** Announces a window from now on, and shuts the channel’s side for as long. The id of the window. */
async function announceWindow(shop: Shop, { route, appId }: Announced): Promise<string> {
  const { now } = await shop.control<{ now: string }>("GET", "/control/clock");
  const from = new Date(now);
  const window = await shop.operator<MaintenanceWindow>("POST", "/v1/maintenance-windows", {
    scope: "alipay",
    ...(route !== undefined && { route }),
    plannedFrom: from.toISOString(),
    plannedTo: new Date(from.getTime() + windowSeconds * 1_000).toISOString(),
    texts,
  });
  await shop.control("PUT", "/control/faults/C-CHN-01", {
    channel: "alipay",
    ...(appId !== undefined && { appId }),
    forSeconds: windowSeconds,
  });
  return window.id;
}

function pass(shop: Shop): Promise<unknown> {
  return shop.control("POST", "/control/clock", { advanceSeconds: windowSeconds + 1 });
}

async function findWindow(shop: Shop, windowId: string): Promise<MaintenanceWindow | undefined> {
  const { items } = await shop.operator<{ items: readonly MaintenanceWindow[] }>(
    "GET",
    "/v1/maintenance-windows",
  );
  return items.find(({ id }) => id === windowId);
}

async function windowFacts(shop: Shop, windowId: string): Promise<Facts> {
  return { window: (await findWindow(shop, windowId))?.standing ?? null };
}

async function menuFacts(shop: Shop, windowId: string): Promise<Facts> {
  const { items } = await shop.asCounter<Methods>("GET", `/v1/terminals/${shop.terminalId}/methods`);
  const alipay = items.find(({ method }) => method === "alipay");
  const wechat = items.find(({ method }) => method === "wechat");
  const ends = (await findWindow(shop, windowId))?.plannedTo;
  return {
    alipay: alipay?.available ? "available" : (alipay?.causeId ?? null),
    wechat: wechat?.available ? "available" : (wechat?.causeId ?? null),
    until: alipay?.until !== undefined && alipay.until === ends ? "as announced" : (alipay?.until ?? null),
    insteadOfAlipay: alipay?.instead?.[0] ?? null,
  };
}

type Trades = Readonly<{ counts: Readonly<{ trades: number }> }>;

async function tradesAtAlipay(shop: Shop): Promise<number> {
  return (await shop.control<Trades>("GET", "/control/books/alipay?newest=1")).counts.trades;
}

type Account = Readonly<Record<string, string>>;
const accountFields = ["appId", "sellerId", "privateKeyPem", "alipayPublicKeyPem", "gatewayUrl"] as const;

/** A second merchant at the simulated Alipay, as the route "provider" of ours. */
async function addAccount(shop: Shop): Promise<Readonly<{ mainAppId: string; providerAppId: string }>> {
  const account = await shop.control<Account>("POST", "/control/merchants", {
    channel: "alipay",
    name: "回音咖啡（备用）",
  });
  const path = `/v1/merchants/${shop.merchantId}/channel-accounts/alipay`;
  await shop.operator("PUT", `${path}/routes/provider`, {
    config: Object.fromEntries(accountFields.map((field) => [field, account[field] ?? ""])),
    reason: "增加备用账户",
  });
  const main = await shop.operator<{ config: Account }>("GET", path);
  return { mainAppId: main.config["appId"] ?? "", providerAppId: account["appId"] ?? "" };
}

async function routeFacts(shop: Shop): Promise<Facts> {
  const path = `/v1/merchants/${shop.merchantId}/channel-accounts/alipay/routes`;
  const { items } = await shop.operator<{ items: ReadonlyArray<{ route: string }> }>("GET", path);
  return { routes: items.map(({ route }) => route) };
}

type Line = Readonly<{ kind: string; data: Readonly<Record<string, unknown>> }>;
type RouteData = Readonly<{ name: string; reasons: ReadonlyArray<Readonly<{ code: string }>> }>;

/** Which account was chosen, and why, by the payment’s own timeline. */
async function choiceFacts(shop: Shop, paymentId: string): Promise<Facts> {
  const { items } = await shop.operator<{ items: readonly Line[] }>(
    "GET",
    `/v1/payments/${paymentId}/timeline`,
  );
  const route = items.find(({ kind }) => kind === "requested")?.data["route"] as RouteData | undefined;
  return { route: route?.name ?? null, why: route?.reasons.map(({ code }) => code) ?? [] };
}

async function receivedBy(shop: Shop, appId: string): Promise<number> {
  const { merchants } = await shop.control<{
    merchants: ReadonlyArray<{ appId: string; received: number }>;
  }>("GET", "/control/books/alipay?newest=1");
  return merchants.find((merchant) => merchant.appId === appId)?.received ?? 0;
}
