// The story in chapters. A chapter answers whether it held; the next one begins only where it did.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import {
  arrivalFacts,
  booksFacts,
  caseFacts,
  chargedFacts,
  diagnose,
  diagnosisFacts,
  heardFacts,
  huabeiFacts,
  ledgerFacts,
  paymentFacts,
  terminalFacts,
} from "./looking.ts";
import { maintenance } from "./maintenance.ts";
import type { Funding, Shop } from "./shop.ts";
import { once, type Facts, type Story } from "./story.ts";

type Chapter = (story: Story, shop: Shop) => Promise<boolean>;

/** Tells the chapters until one does not hold. */
export async function tellStory(story: Story, shop: Shop): Promise<void> {
  const chapters: readonly Chapter[] = [opening, paying, refusedAndRepaired, unheard, replyLost, maintenance];
  for (const chapter of chapters) if (!(await chapter(story, shop))) return;
}

const opening: Chapter = async (story, shop) => {
  const ready = await story.expect({ zh: "平台就绪", en: "The platform is ready" }, { status: "ready" }, () =>
    shop.operator<Facts>("GET", "/readyz"),
  );
  await shop.counter.connect();
  const online = await story.expect({ zh: "收银台上线", en: "The counter is online" }, { online: true }, () =>
    terminalFacts(shop),
  );
  return ready && online;
};

const paying: Chapter = async (story, shop) => {
  const fromBalance = await pay(
    story,
    shop,
    { funding: "balance", amount: 1_250 },
    {
      zh: "扫码收款 ¥12.50，顾客用余额",
      en: "Scan ¥12.50, paid from the balance",
    },
  );
  if (fromBalance === null) return false;
  const heard = await story.expect(
    { zh: "收银台播报到账", en: "The counter announces it" },
    {
      stage: "spoken",
      text: "支付宝收款，十二元五角",
      clips: "alipay-received 10 2 yuan 5 jiao",
      timesPlayed: 1,
    },
    () => arrivalFacts(shop, fromBalance.id),
  );
  const fromHuabei = await pay(
    story,
    shop,
    { funding: "huabei", amount: 880 },
    {
      zh: "扫码收款 ¥8.80，顾客用花呗",
      en: "Scan ¥8.80, paid with Huabei",
    },
  );
  if (fromHuabei === null) return false;
  const heardToo = await story.expect(
    { zh: "播报说出花呗", en: "The announcement names Huabei" },
    { stage: "spoken", text: "花呗收款，八元八角", clips: "huabei-received 8 yuan 8 jiao", timesPlayed: 1 },
    () => arrivalFacts(shop, fromHuabei.id),
  );
  return heard && heardToo && (await booksAgree(story, shop, { paid: 2, fen: 2_130 }));
};

const refusedAndRepaired: Chapter = async (story, shop) => {
  const switchOff = once(() => shop.control("PUT", "/control/faults/C-MCH-01", {}));
  const closed = await story.expect(
    { zh: "在支付宝一侧关掉商户的花呗收款", en: "Huabei is switched off at the merchant, on Alipay’s side" },
    { huabeiAtMerchant: "closed" },
    async () => {
      await switchOff();
      return huabeiFacts(shop);
    },
  );
  const scan = once(async () => shop.scan({ amount: 1_990, payerCode: await shop.payerCode("huabei") }));
  const refused = await story.expect(
    { zh: "再用花呗付款：被拒绝，支付宝不说原因", en: "Huabei again: refused, and Alipay does not say why" },
    { state: "failed", channelCode: "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE" },
    async () => paymentFacts(shop, (await scan()).payment.id),
  );
  if (!closed || !refused) return false;
  const { payment } = await scan();
  const named = await story.expect(
    { zh: "为什么？平台指出原因并给出依据", en: "Why? The cause is named, with its evidence" },
    {
      verdict: "named",
      cause: "C-MCH-01",
      hasEvidence: true,
      remedy: "openHuabei",
      remedyState: "offered",
    },
    async () => diagnosisFacts(await diagnose(shop, payment.id)),
  );
  if (!named) return false;
  const repair = once(async () => {
    const { id } = await diagnose(shop, payment.id);
    return shop.operator("POST", `/v1/diagnoses/${id}/remedies/openHuabei`, {});
  });
  const repaired = await story.expect(
    { zh: "一键开通花呗，并已验证", en: "One click opens Huabei, and it is verified" },
    { remedyState: "verified", huabeiAtMerchant: "open" },
    async () => {
      await repair();
      return { ...diagnosisFacts(await diagnose(shop, payment.id)), ...(await huabeiFacts(shop)) };
    },
    20_000,
  );
  const again = await pay(
    story,
    shop,
    { funding: "huabei", amount: 1_990 },
    {
      zh: "再收一次 ¥19.90，花呗成功",
      en: "Scan ¥19.90 again: Huabei succeeds",
    },
  );
  return repaired && again !== null;
};

const unheard: Chapter = async (story, shop) => {
  const pull = once(() => shop.counter.goOffline());
  const offline = await story.expect(
    { zh: "收银台断网", en: "The counter loses its network" },
    { online: false },
    async () => {
      await pull();
      return terminalFacts(shop);
    },
  );
  const charge = once(async () => shop.charge({ amount: 660, payerCode: await shop.payerCode("balance") }));
  const silent = await story.expect(
    { zh: "钱到了，没有人听到", en: "The money arrives, and nobody hears it" },
    { state: "succeeded", stage: "accepted", timesPlayed: 0 },
    async () => {
      const { payment } = await charge();
      return { ...(await paymentFacts(shop, payment.id)), ...(await arrivalFacts(shop, payment.id)) };
    },
  );
  if (!offline || !silent) return false;
  const { payment } = await charge();
  const move = once(() => moveClock(shop, 12));
  const opened = await story.expect(
    { zh: "12 秒后平台自己登记工单", en: "After 12 seconds the platform opens a case by itself" },
    { cases: 1, kind: "silentArrival", state: "open" },
    async () => {
      await move();
      return caseFacts(shop, payment.id);
    },
  );
  const explained = await story.expect(
    { zh: "为什么没听到？终端断网", en: "Why was it not heard? The terminal was offline" },
    { verdict: "named", cause: "C-NET-02" },
    async () => diagnosisFacts(await diagnose(shop, payment.id)),
  );
  await shop.counter.connect();
  const spoken = await story.expect(
    { zh: "恢复网络：补播一次，只播一次", en: "Back online: announced once, and once only" },
    {
      stage: "spoken",
      timesPlayed: 1,
      clips: "alipay-received 6 yuan 6 jiao",
      cases: 1,
      state: "closed",
    },
    async () => ({ ...(await arrivalFacts(shop, payment.id)), ...(await caseFacts(shop, payment.id)) }),
    20_000,
  );
  return opened && explained && spoken;
};

const replyLost: Chapter = async (story, shop) => {
  const lose = once(async () => {
    // Without its notification the platform has to find out by asking.
    await shop.control("PUT", "/control/faults/reply-lost-after-effect", {
      operations: ["pay"],
      nextRequests: 1,
    });
    await shop.control("PUT", "/control/faults/C-X-03", { nextRequests: 1 });
    return shop.scan({ amount: 330, payerCode: await shop.payerCode("balance"), waitSeconds: 1 });
  });
  const unclear = await story.expect(
    {
      zh: "支付宝扣了款，但应答丢失：处理中，不猜",
      en: "Alipay charges, but its reply is lost: processing, nothing is guessed",
    },
    { status: 202, state: "processing", chargedTimes: 1 },
    async () => {
      const { status, payment } = await lose();
      return { status, state: payment.state, ...(await chargedFacts(shop, payment)) };
    },
  );
  if (!unclear) return false;
  const { payment } = await lose();
  const move = once(() => moveClock(shop, 10));
  return story.expect(
    {
      zh: "时间前进 10 秒：查询得知已付，只扣一次",
      en: "10 seconds on: a query finds it paid, charged once",
    },
    { state: "succeeded", chargedTimes: 1, chargedFen: 330, stage: "spoken", timesPlayed: 1 },
    async () => {
      await move();
      return {
        ...(await paymentFacts(shop, payment.id)),
        ...(await chargedFacts(shop, payment)),
        ...(await arrivalFacts(shop, payment.id)),
      };
    },
    20_000,
  );
};

/** The last chapter, told in any case: what was heard, both books, and the ledger's own proof. */
export async function closing(story: Story, shop: Shop): Promise<void> {
  await story.expect(
    { zh: "每笔到账都播了，而且只播一次", en: "Every payment was announced, and none of them twice" },
    { unheard: 0, heardTwice: 0 },
    () => heardFacts(shop),
    2_000,
  );
  await story.expect(
    { zh: "收尾：双方账本一分不差", en: "At the end both books agree to the fen" },
    { booksAgree: true, differences: [], unfinished: 0 },
    () => booksFacts(shop),
    2_000,
  );
  await story.expect(
    { zh: "账本自证：余额与哈希链无误", en: "The ledger proves itself: balances and hash chain" },
    { ledgerOk: true },
    () => ledgerFacts(shop),
    2_000,
  );
}

type Sale = Readonly<{ funding: Funding; amount: number }>;

/** One scan that should be paid; the payment, or null where it was not. */
async function pay(
  story: Story,
  shop: Shop,
  { funding, amount }: Sale,
  name: Readonly<{ zh: string; en: string }>,
): Promise<Payment | null> {
  const scan = once(async () => shop.scan({ amount, payerCode: await shop.payerCode(funding) }));
  const paid = await story.expect(name, { state: "succeeded", amount, fundingSource: funding }, async () =>
    paymentFacts(shop, (await scan()).payment.id),
  );
  return paid ? (await scan()).payment : null;
}

function booksAgree(story: Story, shop: Shop, { paid, fen }: Readonly<{ paid: number; fen: number }>) {
  return story.expect(
    { zh: "双方账本一致", en: "Both books agree" },
    { booksAgree: true, paid, paidFen: fen, ledgerFen: fen, channelFen: fen },
    () => booksFacts(shop),
  );
}

function moveClock(shop: Shop, seconds: number): Promise<unknown> {
  return shop.control("POST", "/control/clock", { advanceSeconds: seconds });
}
