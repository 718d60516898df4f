// Fills the holes of a cause's texts from the case file: whose shop, which payment, and how sure we are.
import { channelWords, type Localized, type Sureness } from "@huiyin/contract/words.ts";
import { fen, yuanText } from "../../kernel/money.ts";
import { assert } from "../../kernel/assert.ts";
import type { CaseFile, Cause, Hole, PaymentFacts, Texts } from "./model.ts";
import { maintenanceOf } from "./signals/channel.ts";
import { dayAndClock } from "./signals/reading.ts";

type Fillings = Readonly<Record<Hole, Localized>>;

const probably: Readonly<Record<Sureness, Localized>> = {
  certain: { zh: "", en: "" },
  veryLikely: { zh: "很可能", en: "very probably" },
  likely: { zh: "很可能", en: "probably" },
  possible: { zh: "可能", en: "possibly" },
  ruledOut: { zh: "可能", en: "possibly" },
};

function fillings(file: CaseFile, sureness: Sureness): Fillings {
  const { payment, terminal, merchant } = file;
  const same = (text: string): Localized => ({ zh: text, en: text });
  return {
    shop: merchant.names,
    channel: channelNamed(file),
    service: serviceOf(file),
    what: payment ? paymentWords(payment, file) : { zh: "收款", en: "a payment" },
    code: payment?.code ? same(`${payment.code} ${payment.message ?? ""}`.trim()) : { zh: "无", en: "none" },
    terminal: terminal ? same(terminal.name) : { zh: "终端", en: "the terminal" },
    probably: probably[sureness],
    paid: same(payment ? `¥${yuanText(fen(payment.amountFen))}` : "—"),
    refunded: same(payment ? `¥${yuanText(fen(payment.refundedFen ?? 0))}` : "—"),
  };
}

const names = new Map<string, Localized>(Object.entries(channelWords));

/** The channel of the payment; without one, that of the maintenance that turned it away. */
function channelNamed(file: CaseFile): Localized {
  const code = file.payment?.channel ?? maintenanceOf(file)?.scope ?? "";
  return names.get(code) ?? { zh: "支付渠道", en: "the channel" };
}

// Telephone numbers of the networks, as printed in their apps.
const services: ReadonlyMap<string, string> = new Map([
  ["alipay", "95188"],
  ["wechat", "95017"],
  ["unionpay", "95516"],
]);

/** Where the payer asks the network. */
function serviceOf({ payment }: CaseFile): Localized {
  const number = services.get(payment?.channel ?? "");
  return number === undefined ? { zh: "热线", en: "its hotline" } : { zh: number, en: number };
}

function paymentWords(payment: PaymentFacts, { builtAt }: CaseFile): Localized {
  const amount = `¥${yuanText(fen(payment.amountFen))}`;
  const at = dayAndClock(payment.createdAt, builtAt);
  return { zh: `${at} 的 ${amount}`, en: `the payment of ${amount} at ${at}` };
}

/** A text with every hole filled. An English word left out leaves no double space behind. */
export function fill(text: Localized, file: CaseFile, sureness: Sureness): Localized {
  const known = new Map(Object.entries(fillings(file, sureness)));
  const filled = (locale: "zh" | "en"): string =>
    text[locale].replace(/\{(\w+)\}/g, (_, hole: string) => {
      const filling = known.get(hole);
      assert(filling !== undefined, `nothing fills {${hole}}`);
      return filling[locale];
    });
  const zh = filled("zh").replace(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, "");
  const en = filled("en")
    .replace(/ {2,}/g, " ")
    .replace(/ ([,.])/g, "$1");
  return { zh, en: en.charAt(0).toUpperCase() + en.slice(1) };
}

/** The three texts of a cause for this case. */
export function textsOf(cause: Pick<Cause, "texts">, file: CaseFile, sureness: Sureness): Texts {
  return {
    payer: fill(cause.texts.payer, file, sureness),
    merchant: fill(cause.texts.merchant, file, sureness),
    operator: fill(cause.texts.operator, file, sureness),
  };
}
