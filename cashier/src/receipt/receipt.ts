// What a receipt says, line by line. Pure; the paper's width and the print are the screen's business.
import type { TFunction } from "i18next";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import type { TerminalPlace } from "@huiyin/contract/api/terminals.ts";
import { givenBackStateWords } from "@huiyin/contract/words.ts";
import { yuanText } from "../amount.ts";
import { leftOf } from "../refund/flow.ts";
import { dayAndTime } from "../today.ts";
import { creditText, methodText, paymentStateText } from "../wording.ts";
import type { Language } from "../words/index.ts";

export type ReceiptLine =
  | Readonly<{ kind: "pair"; name: string; value: string }>
  /** Long numbers stand on a line of their own. */
  | Readonly<{ kind: "number"; name: string; value: string }>
  | Readonly<{ kind: "amount"; name: string; value: string }>
  | Readonly<{ kind: "rule" }>;

export type Receipt = Readonly<{
  heading: string;
  /** 商户 and 门店. */
  place: readonly string[];
  lines: readonly ReceiptLine[];
  /** Shown in the code: the payment's id. A person who scans it learns nothing more, and no address is opened. */
  code: string;
  /** What the code is for; null where nothing is left to give back. */
  scan: string | null;
}>;

type Printed = Readonly<{
  payment: Payment;
  refunds: readonly Refund[];
  place: TerminalPlace;
  words: Readonly<{ t: TFunction; language: Language }>;
}>;

/** The receipt of a payment with everything that went back of it so far. */
export function receiptOf({ payment, refunds, place, words }: Printed): Receipt {
  const { t, language } = words;
  const given = refunds.filter(({ state }) => state !== "failed");
  const amount = BigInt(payment.amount);
  const back = BigInt(payment.refundedAmount);
  const terms = creditText(payment, words);
  const pair = (name: string, value: string): ReceiptLine => ({ kind: "pair", name, value });
  const number = (name: string, value: string | null): ReceiptLine[] =>
    value === null ? [] : [{ kind: "number", name, value }];
  const lines: ReceiptLine[] = [
    pair(t("receipt.terminal"), `${place.terminalName} ${place.terminalNo}`),
    pair(t("receipt.time"), dayAndTime(payment.paidAt ?? payment.createdAt)),
    pair(t("receipt.method"), methodText(payment, language)),
    ...(terms === null ? [] : [pair(t("instalments.title"), terms)]),
    ...(payment.payerAccount === null ? [] : [pair(t("receipt.account"), payment.payerAccount)]),
    { kind: "rule" },
    pair(t("receipt.state"), paymentStateText(payment, words)),
    { kind: "amount", name: t("receipt.amount"), value: money(amount) },
    ...given.map((refund) => {
      const taken = `−${money(BigInt(refund.amount))}`;
      const open = refund.state !== "succeeded";
      return pair(
        `${t(`receipt.${refund.way}`)} ${dayAndTime(refund.createdAt).slice(...dayAndMinute)}`,
        open ? `${givenBackStateWords[refund.way][refund.state][language]} ${taken}` : taken,
      );
    }),
    ...(back === 0n
      ? []
      : [
          pair(t("receipt.refunded"), money(back)),
          { kind: "amount", name: t("receipt.kept"), value: money(amount - back) } as const,
        ]),
    { kind: "rule" },
    ...number(t("receipt.order"), payment.merchantOrderNo),
    ...number(t("receipt.channelOrder"), payment.channelOrderNo),
    ...number(t("receipt.trade"), payment.channelTradeNo),
    ...(payment.state === "succeeded" ? [] : [pair(t("receipt.unpaid"), "")]),
  ];
  return {
    heading: t(headingOf(given)),
    place: [place.merchantNames[language], place.storeNames[language], place.storeAddress],
    lines,
    code: payment.id,
    scan: leftOf(payment) > 0n ? t("receipt.scan") : null,
  };
}

function headingOf(given: readonly Refund[]) {
  if (given.length === 0) return "receipt.heading";
  return given.every(({ way }) => way === "void") ? "receipt.voidHeading" : "receipt.refundHeading";
}

/** 11-22 10:05 out of 2026-11-22 10:05:00: with the amount it fits one line of 58 mm. */
const dayAndMinute = [5, 16] as const;

const money = (amountFen: bigint): string => `¥${yuanText(amountFen)}`;
