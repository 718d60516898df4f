// Fills the holes of a cause's texts from the case file: whose shop, which payment, and how sure we are.
import type { Localized } from "@huiyin/contract/words.ts";
import { fen, yuanText } from "../../kernel/money.ts";
import { assert } from "../../kernel/assert.ts";
import { diagnosisLimits } from "./limits.ts";
import type { CaseFile, Cause, Hole, PaymentFacts, Texts } from "./model.ts";
import { dayAndClock } from "./signals/reading.ts";

type Fillings = Readonly<Record<Hole, Localized>>;

function fillings(file: CaseFile, probability: number): Fillings {
  const { payment, terminal, merchant } = file;
  const same = (text: string): Localized => ({ zh: text, en: text });
  const certain = probability >= diagnosisLimits.certainProbabilityMin;
  return {
    shop: merchant.names,
    what: payment ? paymentWords(payment) : { zh: "收款", en: "a payment" },
    code: payment?.code ? same(`${payment.code} ${payment.message ?? ""}`.trim()) : { zh: "无", en: "none" },
    terminal: terminal ? same(terminal.name) : { zh: "终端", en: "the terminal" },
    probably: certain ? same("") : { zh: "很可能", en: "probably" },
  };
}

function paymentWords(payment: PaymentFacts): Localized {
  const amount = `¥${yuanText(fen(payment.amountFen))}`;
  const at = dayAndClock(payment.createdAt);
  return { zh: `${at} 的 ${amount}`, en: `the payment of ${amount} at ${at}` };
}

/** A text with every hole filled. An English word left out leaves no double space behind. */
export function fill(text: Localized, file: CaseFile, probability: number): Localized {
  const known = new Map(Object.entries(fillings(file, probability)));
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
export function textsOf(cause: Cause, file: CaseFile, probability: number): Texts {
  return {
    payer: fill(cause.texts.payer, file, probability),
    merchant: fill(cause.texts.merchant, file, probability),
    operator: fill(cause.texts.operator, file, probability),
  };
}
