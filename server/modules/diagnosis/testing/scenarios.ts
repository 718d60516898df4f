// What goes wrong at a counter, each with the cause that is behind it. A scenario acts on the world and says which payment
// somebody then asks about; it never touches what the engine reads.
import type { Sureness } from "@huiyin/contract/words.ts";
import { unwrap } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import { announceWindow, setCreditAcceptance } from "../../merchants/index.ts";
import { readComplaint } from "../lexicon.ts";
import { diagnoseAsked, type Diagnosed } from "../service.ts";
import type { Choice } from "../testing.ts";
import type { GatewayBench } from "./gatewayBench.ts";

type Asked = Readonly<{ paymentId: string }> | Readonly<{ diagnosed: Diagnosed }>;

export type Scenario = Readonly<{
  name: string;
  /** Switches of the sandbox that take part. */
  faults: readonly string[];
  /** The cause behind it; C-X-12 where nothing is wrong, C-X-11 where nobody can know. */
  label: string;
  variant?: string | null;
  sureness?: Sureness;
  tryNow?: RegExp;
  /** What somebody answers when asked; absent: nobody is asked, and nobody may be. */
  answer?: Readonly<{ questionId: string; optionId: string }>;
  happen(bench: GatewayBench): Promise<Asked>;
}>;

const actor = "key_operator";

/** A payment under a fault: about it somebody asks. */
const pays =
  (choice: Choice, ...planted: readonly string[]) =>
  async (bench: GatewayBench): Promise<Asked> => {
    for (const id of planted) bench.plant(id);
    return { paymentId: (await bench.pay(choice)).id };
  };

/** The same, looked at when the platform is through with it. */
const paysAndWaits =
  (seconds: number, ...planted: readonly string[]) =>
  async (bench: GatewayBench): Promise<Asked> => {
    for (const id of planted) bench.plant(id);
    const { id: paymentId } = await bench.pay("balance");
    await bench.pass(seconds);
    return { paymentId };
  };

const certain = "certain" as const;
const huabei: readonly Scenario[] = [
  {
    name: "Huabei closed at the merchant",
    faults: ["C-MCH-01"],
    label: "C-MCH-01",
    tryNow: /余额或银行卡/,
    happen: pays("huabei", "C-MCH-01"),
  },
  {
    name: "Huabei closed at the merchant, the customer then pays otherwise",
    faults: ["C-MCH-01"],
    label: "C-MCH-01",
    happen: async (bench) => {
      const asked = await pays("huabei", "C-MCH-01")(bench);
      await bench.pay("balance");
      return asked;
    },
  },
  {
    name: "Huabei closed at the merchant, asked in a sentence",
    faults: ["C-MCH-01"],
    label: "C-MCH-01",
    happen: async (bench) => {
      await pays("huabei", "C-MCH-01")(bench);
      const complaint = readComplaint("顾客说花呗用不了", null);
      const asked = { merchantId: bench.merchantId, paymentId: null, terminalId: null, complaint };
      return { diagnosed: unwrap(await diagnoseAsked(bench.diagnosis, asked, actor)) };
    },
  },
  {
    name: "Huabei credit short: a smaller amount goes through",
    faults: [],
    label: "C-PAY-04",
    happen: async (bench) => {
      const { id: paymentId } = await bench.pay("huabei", { amount: 400_000 });
      await bench.pay("huabei");
      return { paymentId };
    },
  },
  {
    name: "Huabei credit short: the same payer had paid with Huabei before, and now pays otherwise",
    faults: ["C-PAY-04"],
    label: "C-PAY-04",
    happen: async (bench) => {
      await bench.pay("huabei");
      bench.world.moveSeconds(1_800);
      bench.plant("C-PAY-04");
      const { id: paymentId } = await bench.pay("huabei");
      await bench.pay("balance");
      return { paymentId };
    },
  },
  {
    name: "Huabei credit short: only the phone tells",
    faults: ["C-PAY-04"],
    label: "C-PAY-04",
    answer: { questionId: "phoneMessage", optionId: "creditShort" },
    happen: pays("huabei", "C-PAY-04"),
  },
  {
    name: "the payer's Huabei closed: only the phone tells",
    faults: ["C-PAY-03"],
    label: "C-PAY-03",
    answer: { questionId: "phoneMessage", optionId: "huabeiRestricted" },
    happen: pays("huabei", "C-PAY-03"),
  },
  {
    name: "the payer's Huabei closed, and nobody knows what the phone says",
    faults: ["C-PAY-03"],
    label: "C-X-11",
    tryNow: /余额或银行卡/,
    answer: { questionId: "phoneMessage", optionId: "unsure" },
    happen: pays("huabei", "C-PAY-03"),
  },
  {
    name: "the shop takes no credit",
    faults: [],
    label: "C-MCH-08",
    sureness: certain,
    tryNow: /余额或银行卡/,
    happen: async (bench) => {
      const refused = { creditAcceptance: "refused", reason: "手续费高", actor } as const;
      unwrap(await setCreditAcceptance(bench.merchants, bench.merchantId, refused));
      const { id: paymentId } = await bench.pay("huabei");
      bench.world.moveSeconds(60);
      const accepted = { creditAcceptance: "accepted", reason: "恢复", actor } as const;
      unwrap(await setCreditAcceptance(bench.merchants, bench.merchantId, accepted));
      return { paymentId };
    },
  },
];

const codes: readonly Scenario[] = [
  {
    name: "payer frozen",
    faults: ["C-PAY-02"],
    label: "C-PAY-02",
    variant: "frozen",
    sureness: certain,
    tryNow: /换一种方式/,
    happen: pays("balance", "C-PAY-02"),
  },
  {
    name: "payer stopped by risk control",
    faults: ["payer-restricted"],
    label: "C-PAY-02",
    variant: "stoppedByRisk",
    happen: pays("balance", "payer-restricted"),
  },
  {
    name: "several payers stopped by risk control: not this payer's fault, nor known whose",
    faults: ["payer-restricted"],
    label: "C-X-11",
    happen: async (bench) => {
      bench.plant("payer-restricted");
      for (let earlier = 0; earlier < 3; earlier += 1) await bench.pay("balance");
      return { paymentId: (await bench.pay("huabei")).id };
    },
  },
  {
    name: "merchant frozen",
    faults: ["C-ACC-02"],
    label: "C-ACC-02",
    sureness: certain,
    tryNow: /换一种方式/,
    happen: pays("balance", "C-ACC-02"),
  },
  {
    name: "payer's balance short, by the switch",
    faults: ["C-PAY-01"],
    label: "C-PAY-01",
    sureness: certain,
    happen: pays("balance", "C-PAY-01"),
  },
  {
    name: "payer's balance short, for real",
    faults: [],
    label: "C-PAY-01",
    happen: async (bench) => {
      unwrap(bench.alipay.changeWallet(bench.walletId, { balanceFen: 100n }));
      return { paymentId: (await bench.pay("balance")).id };
    },
  },
  {
    name: "payer's daily limit",
    faults: ["C-PAY-13"],
    label: "C-PAY-13",
    variant: "payerDayLimit",
    sureness: certain,
    happen: pays("balance", "C-PAY-13"),
  },
  {
    name: "payer's monthly limit",
    faults: ["payer-month-limit"],
    label: "C-PAY-13",
    variant: "payerMonthLimit",
    happen: pays("huabei", "payer-month-limit"),
  },
  {
    name: "merchant's receiving limit",
    faults: ["merchant-limit"],
    label: "C-PAY-13",
    variant: "merchantLimit",
    sureness: certain,
    happen: pays("balance", "merchant-limit"),
  },
  {
    name: "payer code expired, by the switch",
    faults: ["C-X-01"],
    label: "C-X-01",
    sureness: certain,
    tryNow: /刷新付款码/,
    happen: pays("balance", "C-X-01"),
  },
  {
    name: "payer code expired, for real",
    faults: [],
    label: "C-X-01",
    happen: async (bench) => {
      const { code: payerCode } = unwrap(bench.alipay.showCode(bench.walletId));
      bench.world.moveSeconds(90);
      return { paymentId: (await bench.pay("balance", { payerCode })).id };
    },
  },
  {
    name: "a collecting code was scanned: a refusal, and no payment",
    faults: [],
    label: "C-PAY-09",
    sureness: certain,
    tryNow: /付款/,
    happen: async (bench) => {
      const principal = {
        role: "terminal",
        merchantId: bench.merchantId,
        terminalId: bench.terminalId,
      } as const;
      const refused = await bench.payments.create({
        ...{ principal, idempotencyKey: `collect-${bench.world.now().getTime()}`, waitSeconds: 0 },
        body: { amount: 1_250, payerCode: "https://qr.alipay.com/fkx00000abcdefg" },
      });
      const code = refused.ok ? "accepted" : refused.refusal.code;
      const refusal = { code, traceId: null, at: bench.world.now().toISOString() };
      const { merchantId, terminalId } = bench;
      const asked = { merchantId, terminalId, paymentId: null, complaint: null, refusal };
      return { diagnosed: unwrap(await diagnoseAsked(bench.diagnosis, asked, bench.terminalId)) };
    },
  },
];

const unclear: readonly Scenario[] = [
  {
    name: "fault at Alipay, while it lasts",
    faults: ["C-CHN-03"],
    label: "C-CHN-03",
    variant: null,
    tryNow: /不要再收/,
    happen: paysAndWaits(15, "C-CHN-03"),
  },
  {
    name: "maintenance at Alipay, announced",
    faults: ["C-CHN-01"],
    label: "C-CHN-01",
    happen: async (bench) => {
      const now = bench.world.now();
      const texts = { zh: "支付宝系统升级", en: "Alipay upgrade" };
      const window = { scope: "alipay", plannedFrom: now, plannedTo: addSeconds(now, 3_600), texts } as const;
      unwrap(await announceWindow({ pg: bench.db.pg, world: bench.world }, window, actor));
      return paysAndWaits(15, "C-CHN-01")(bench);
    },
  },
  {
    name: "maintenance of the platform itself, announced",
    faults: [],
    label: "C-CHN-02",
    variant: "refused",
    sureness: certain,
    tryNow: /收现金/,
    happen: async (bench) => {
      const now = bench.world.now();
      const texts = { zh: "收款系统升级", en: "Upgrade of the payment system" };
      const window = { scope: "own", plannedFrom: now, plannedTo: addSeconds(now, 3_600), texts } as const;
      unwrap(await announceWindow({ pg: bench.db.pg, world: bench.world }, window, actor));
      const refusal = { code: "platform_in_maintenance", traceId: null, at: now.toISOString() };
      const { merchantId, terminalId } = bench;
      const asked = { merchantId, terminalId, paymentId: null, complaint: null, refusal };
      return { diagnosed: unwrap(await diagnoseAsked(bench.diagnosis, asked, bench.terminalId)) };
    },
  },
  {
    name: "the same silence without any announcement is a fault",
    faults: ["C-CHN-01"],
    label: "C-CHN-03",
    happen: paysAndWaits(15, "C-CHN-01"),
  },
  {
    name: "the payer has not confirmed yet",
    faults: [],
    label: "C-X-08",
    variant: "waiting",
    tryNow: /输入密码/,
    happen: async (bench) => {
      unwrap(bench.alipay.changeWallet(bench.walletId, { passwordAboveFen: 0n }));
      return pays("balance")(bench);
    },
  },
  {
    name: "the payer did not enter the password in time",
    faults: [],
    label: "C-X-08",
    variant: null,
    sureness: certain,
    tryNow: /重新收款/,
    happen: async (bench) => {
      unwrap(bench.alipay.changeWallet(bench.walletId, { passwordAboveFen: 0n }));
      return paysAndWaits(130)(bench);
    },
  },
  // The wire fails for one request; the platform asks, and the money is there.
  ...["slow", "server-error", "wrong-signature", "reply-lost-after-effect"].map((id): Scenario => ({
    name: `${id} once, and the query finds the money`,
    faults: [id],
    label: "C-X-12",
    happen: async (bench) => {
      bench.plant(id, { remaining: 1, operations: ["pay"] });
      return paysAndWaits(20)(bench);
    },
  })),
  ...["reply-lost-before-effect", "request-after-cancel"].map((id): Scenario => ({
    name: `${id} once: no answer, no trade, and nobody to blame`,
    faults: [id],
    label: "C-X-11",
    happen: async (bench) => {
      bench.plant(id, { remaining: 1, operations: ["pay"] });
      return paysAndWaits(15)(bench);
    },
  })),
  ...[
    "C-X-03",
    "notification-doubled",
    "notification-late",
    "notification-wrong-amount",
    "notification-forged",
  ].map((id): Scenario => ({
    name: `${id}: the answer of the charge does without notifications`,
    faults: [id],
    label: "C-X-12",
    happen: paysAndWaits(5, id),
  })),
];

const silent: readonly Scenario[] = [
  {
    name: "the terminal is offline",
    faults: [],
    label: "C-NET-02",
    tryNow: /不要再收/,
    happen: async (bench) => {
      await bench.disconnect();
      return paysAndWaits(20)(bench);
    },
  },
  {
    name: "the terminal's battery runs out",
    faults: [],
    label: "C-HW-06",
    variant: "empty",
    tryNow: /接上充电器/,
    happen: async (bench) => {
      await bench.report({ batteryPercent: 3 });
      bench.world.moveSeconds(20);
      await bench.disconnect();
      return paysAndWaits(20)(bench);
    },
  },
  {
    name: "the terminal's battery runs out, and it is charged and back before anybody asks",
    faults: [],
    label: "C-HW-06",
    variant: null,
    happen: async (bench) => {
      await bench.report({ batteryPercent: 3 });
      bench.world.moveSeconds(20);
      await bench.disconnect();
      const asked = await paysAndWaits(60)(bench);
      await bench.connect();
      await bench.report({ batteryPercent: 9, charging: true });
      return asked;
    },
  },
  {
    name: "the terminal's battery is nearly empty: only its screen tells",
    faults: [],
    label: "C-HW-06",
    variant: null,
    answer: { questionId: "terminalScreen", optionId: "batteryLow" },
    happen: async (bench) => {
      await bench.report({ batteryPercent: 4 });
      bench.terminals.messages = "staySilent";
      return paysAndWaits(20)(bench);
    },
  },
  {
    name: "the terminal is offline, and its battery was full enough",
    faults: [],
    label: "C-NET-02",
    sureness: certain,
    happen: async (bench) => {
      await bench.report({ batteryPercent: 60 });
      await bench.disconnect();
      return paysAndWaits(20)(bench);
    },
  },
  {
    name: "the terminal's battery is nearly empty, and it speaks all the same",
    faults: [],
    label: "C-X-12",
    happen: async (bench) => {
      await bench.report({ batteryPercent: 4 });
      return paysAndWaits(20)(bench);
    },
  },
  {
    name: "the terminal's network comes and goes",
    faults: [],
    label: "C-NET-01",
    happen: async (bench) => {
      for (let outage = 0; outage < 5; outage += 1) {
        await bench.disconnect();
        bench.world.moveSeconds(60);
        await bench.connect();
        bench.world.moveSeconds(300);
      }
      await bench.disconnect();
      return paysAndWaits(20)(bench);
    },
  },
  ...(["muted", "volumeZero", "audioFailed"] as const).map((reason): Scenario => ({
    name: `the terminal cannot be heard: ${reason}`,
    faults: [],
    label: "C-X-06",
    variant: reason === "audioFailed" ? "broken" : reason,
    tryNow: /不要再收/,
    happen: async (bench) => {
      bench.terminals.silence = reason;
      return paysAndWaits(20)(bench);
    },
  })),
  {
    name: "connected, and the announcement does not arrive",
    faults: [],
    label: "C-ARR-01",
    happen: async (bench) => {
      bench.terminals.messages = "getLost";
      return paysAndWaits(20)(bench);
    },
  },
];

const back: readonly Scenario[] = [
  ...([null, 500] as const).map((amount): Scenario => ({
    name: amount === null ? "refunded in full" : "refunded in part",
    faults: [],
    label: "C-X-09",
    variant: amount === null ? "refundedInFull" : "refundedInPart",
    sureness: certain,
    happen: async (bench) => {
      const { id: paymentId } = await bench.pay("balance");
      await bench.pass(15);
      await refund(bench, paymentId, amount);
      return { paymentId };
    },
  })),
  {
    name: "refunded, asked in a sentence where the money went",
    faults: [],
    label: "C-X-09",
    happen: async (bench) => {
      const { id } = await bench.pay("balance");
      await bench.pass(15);
      await refund(bench, id, null);
      const complaint = readComplaint("钱去哪了", null);
      const asked = { merchantId: bench.merchantId, paymentId: null, terminalId: null, complaint };
      return { diagnosed: unwrap(await diagnoseAsked(bench.diagnosis, asked, actor)) };
    },
  },
  {
    name: "a refund waits for the merchant's balance",
    faults: ["C-ACC-03"],
    label: "C-ACC-03",
    sureness: certain,
    happen: async (bench) => {
      const { id: paymentId } = await bench.pay("balance");
      await bench.pass(15);
      bench.plant("C-ACC-03");
      await refund(bench, paymentId, null);
      return { paymentId };
    },
  },
];

async function refund(bench: GatewayBench, paymentId: string, amount: number | null): Promise<void> {
  const principal = { role: "merchant", merchantId: bench.merchantId, credentialId: "key_merchant" } as const;
  const request = { principal, paymentId, amount, idempotencyKey: `refund-${paymentId}`, waitSeconds: 0 };
  unwrap(
    await bench.payments.refunds.create({
      ...request,
      reason: null,
      merchantRefundNo: null,
      managerCode: null,
    }),
  );
  await bench.payments.idle();
  bench.world.moveSeconds(1);
}

const healthy: readonly Scenario[] = (["balance", "huabei"] as const).map((choice) => ({
  name: `nothing is wrong: ${choice}`,
  faults: [],
  label: "C-X-12",
  happen: pays(choice),
}));

/** Every scenario, in the order in which it is played. */
export const scenarios: readonly Scenario[] = [
  ...healthy,
  ...huabei,
  ...codes,
  ...unclear,
  ...silent,
  ...back,
];
