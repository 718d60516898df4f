// What a payer reads where a payment was not begun: texts of the API speak to programs and to staff.
import { errors } from "@huiyin/contract/errors/index.ts";
import type { DeclaredError } from "@huiyin/contract/errors/types.ts";
import { storeCodeErrors } from "@huiyin/contract/errors/storeCodes.ts";
import { channelWords, type ChannelCode, type Locale } from "@huiyin/contract/words.ts";
import type { Refusal } from "../../kernel/result.ts";
import { problemOf, retryAfterOf } from "../../platform/http/problem.ts";
import type { Problem } from "./page.ts";

type Words = Pick<DeclaredError, "title" | "next">;

const shut: Words = {
  title: { zh: "本店暂时不能用{wallet}付款", en: "This shop takes no {wallet} at the moment" },
  next: {
    zh: "没有扣款。请重新扫描收款码，或换一种钱包付款，也可以让店员扫您的付款码。",
    en: "Nothing was taken. Scan the code again, pay with another wallet, or let the staff scan yours.",
  },
};

const busy: Words = {
  title: { zh: "现在付款的人太多，没有轮到您", en: "Too many are paying at this moment" },
  next: {
    zh: "请稍候再按一次“付款”：按几次都是同一笔付款。如果没有按钮，请稍后重新扫码。",
    en: "Wait a moment and press “Pay” once more: however often you do, it is one payment. Where there is no button, scan the code again in a moment.",
  },
};

const stillRunning: Words = {
  title: { zh: "这笔付款正在处理", en: "This payment is being made" },
  next: {
    zh: "请稍候再按一次“付款”，不会重复付款；也可以请店员查看。",
    en: "Wait a moment and press “Pay” once more: you will not pay twice. Or ask the staff.",
  },
};

const anything: Words = {
  title: { zh: "现在不能在这里付款", en: "You cannot pay here at the moment" },
  next: {
    zh: "请稍后重新扫描收款码，或让店员扫您的付款码。",
    en: "Scan the code again later, or let the staff scan yours.",
  },
};

/** By the code of the refusal. “Nothing was taken” is said only of a payment that was looked for and cannot be paid. */
const texts: Readonly<Record<string, Words>> = {
  not_found: {
    title: { zh: "没有这个收款码", en: "There is no such code" },
    next: {
      zh: "请重新扫描店里的收款码，或让店员扫您的付款码。",
      en: "Scan the code in the shop again, or let the staff scan yours.",
    },
  },
  channel_not_available: shut,
  shown_codes_not_offered: shut,
  channel_unstable: shut,
  channel_in_maintenance: {
    title: {
      zh: "{wallet}正在维护，预计 {until} 恢复",
      en: "{wallet} is under maintenance until {until} (Beijing)",
    },
    next: shut.next,
  },
  platform_in_maintenance: {
    title: {
      zh: "收款平台正在维护，预计 {until} 恢复",
      en: "Payments here are under maintenance until {until} (Beijing)",
    },
    next: {
      zh: "没有扣款。换其他钱包也付不了，请先用现金付款，或等恢复后重新扫码。",
      en: "Nothing was taken. Another wallet will not work either: pay in cash, or scan the code again when it is over.",
    },
  },
  shown_code_refused: {
    title: { zh: "{wallet}没有受理：{message}", en: "{wallet} did not take it: {message}" },
    next: {
      zh: "没有扣款。可以再付一次，或让店员扫您的付款码。",
      en: "Nothing was taken. Try again, or let the staff scan your code.",
    },
  },
  shown_code_not_made: {
    title: { zh: "{wallet}没有应答，付款没有开始", en: "{wallet} did not answer, and no payment began" },
    next: {
      zh: "没有扣款。可以再付一次，或让店员扫您的付款码。",
      en: "Nothing was taken. Try again, or let the staff scan your code.",
    },
  },
  amount_outside_channel_limits: {
    title: { zh: "{wallet}不能付这个金额", en: "{wallet} cannot pay this amount" },
    next: {
      zh: "请填写 {minYuan} 到 {maxYuan} 元之间的金额。",
      en: "Enter an amount from {minYuan} to {maxYuan} yuan.",
    },
  },
  idempotency_key_in_use: stillRunning,
  idempotency_key_reused: stillRunning,
  unavailable: busy,
  overloaded: busy,
  share_exceeded: busy,
  too_many_requests: busy,
};

/** What a payer reads of a refusal, and what the API answers it with. */
export type PayerProblem = Problem & Readonly<{ status: number; retryAfterSeconds: number | null }>;

/** A refusal in words for the payer. */
export function payerProblem(
  refusal: Refusal,
  { locale, wallet, traceId }: Readonly<{ locale: Locale; wallet: ChannelCode | null; traceId: string }>,
): PayerProblem {
  const own = refusal.code in storeCodeErrors;
  const words = own ? {} : (texts[refusal.code] ?? anything);
  const table = { [refusal.code]: { ...errors[refusal.code], ...words } };
  const named = wallet === null ? { walletZh: "钱包", walletEn: "the wallet" } : walletNamed(wallet);
  const asked = { ...refusal, facts: { ...refusal.facts, ...named } };
  const problem = problemOf(table, asked, { locale, path: "/c", traceId });
  const { title, detail, status } = problem;
  return { title, detail, status, retryAfterSeconds: retryAfterOf(problem, refusal) };
}

function walletNamed(wallet: ChannelCode): Readonly<Record<"walletZh" | "walletEn", string>> {
  return { walletZh: channelWords[wallet].zh, walletEn: channelWords[wallet].en };
}

/** Refusals after which the very form is of no use any more: its payment exists, and nobody can pay it. */
export function needsNewForm({ code }: Refusal): "yes" | "no" {
  return code === "shown_code_refused" || code === "shown_code_not_made" ? "yes" : "no";
}

/** Refusals of the account through which the payer is known: another one may serve, and the payer is to be asked by it. */
export function accountIsShut({ code }: Refusal): "yes" | "no" {
  return code.startsWith("channel_") || code === "payer_page_over" ? "yes" : "no";
}
