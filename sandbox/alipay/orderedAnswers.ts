// Answers on demand: the next calls of a method are refused with a documented sub-code that somebody ordered.
// The books stay out of it, unless the code leaves the outcome open and the order says that they carried the request out.
import { assert } from "@huiyin/server/kernel/assert.ts";
import { refuse, success, type Result } from "@huiyin/server/kernel/result.ts";
import { listedCodes, type ListedCode } from "@huiyin/server/channels/alipay/codes.ts";
import type { Operation } from "../faults/model.ts";
import type { GatewayError } from "./admission.ts";

export type OrderedAnswer = Readonly<{
  method: string;
  operation: Operation;
  error: GatewayError;
  /** So many calls more, then the gateway answers by itself again; null for ever. */
  remaining: number | null;
  /** Only calls about these orders of the merchant; null for every call. */
  outTradeNos: readonly string[] | null;
  /** Only this merchant’s calls; null for everybody’s. */
  appId: string | null;
  /** “carriedOut”: the books do what was asked, and the answer hides it. */
  effect: "none" | "carriedOut";
}>;

/** By operation: one order each. */
export type OrderedAnswers = Map<Operation, OrderedAnswer>;

export type OrderedAnswerEvent =
  | Readonly<{ kind: "answerOrdered"; answer: OrderedAnswer }>
  | Readonly<{ kind: "answerUsed"; operation: Operation }>
  | Readonly<{ kind: "answerWithdrawn"; operation: Operation }>;

/** Enters one event. An order whose last call has come is gone. */
export function applyToAnswers(answers: OrderedAnswers, event: OrderedAnswerEvent): void {
  if (event.kind === "answerOrdered") return void answers.set(event.answer.operation, event.answer);
  if (event.kind === "answerWithdrawn") return void answers.delete(event.operation);
  const found = answers.get(event.operation);
  assert(found !== undefined, `no answer is ordered for ${event.operation}`);
  if (found.remaining === null) return;
  if (found.remaining <= 1) return void answers.delete(event.operation);
  answers.set(event.operation, { ...found, remaining: found.remaining - 1 });
}

/** The ordered answer for this call, or null. */
export function answerFor(
  answers: OrderedAnswers,
  call: Readonly<{ operation: Operation; appId: string; outTradeNo: string }>,
): OrderedAnswer | null {
  const found = answers.get(call.operation);
  if (found === undefined) return null;
  if (found.appId !== null && found.appId !== call.appId) return null;
  return found.outTradeNos === null || found.outTradeNos.includes(call.outTradeNo) ? found : null;
}

export type AnswerWish = Readonly<{
  subCode: string;
  times: number | null;
  outTradeNos: readonly string[] | null;
  appId: string | null;
  effect: OrderedAnswer["effect"];
}>;

/** The order for a wish. Refuses codes that nobody documented for the method, and an effect that the code rules out. */
export function orderedAnswer(
  target: Readonly<{ method: string; operation: Operation }>,
  wish: AnswerWish,
): Result<OrderedAnswer> {
  const { method, operation } = target;
  const { subCode, times, outTradeNos, appId, effect } = wish;
  const documented = documentedCodes(operation);
  const found = documented.find((listed) => covers(listed, subCode));
  if (found === undefined) {
    const listed = documented.map((each) => each.subCode).join(", ");
    return refuse("sandbox_answer_unknown", { method, subCode, listed });
  }
  if (effect === "carriedOut" && found.meaning.outcome !== "unknown")
    return refuse("sandbox_answer_has_no_effect", { subCode });
  const error = {
    code: found.code,
    message: messageOf(found.code),
    subCode,
    subMessage: found.meaning.zh ?? subCode,
  };
  return success({ method, operation, error, remaining: times, outTradeNos, appId, effect });
}

/** Every sub-code documented for a method: its own, then those of the gateway. One that ends in “*” stands for a family. */
export function documentedCodes(operation: Operation): readonly ListedCode[] {
  // Both are answered with the codes of one table.
  const own = operation === "precreate" ? "pay" : operation;
  const all = listedCodes();
  return [
    ...all.filter((listed) => listed.operation === own),
    ...all.filter((listed) => listed.operation === "gateway"),
  ];
}

function covers({ subCode: listed }: ListedCode, subCode: string): boolean {
  if (!listed.endsWith("*")) return listed === subCode;
  const beginning = listed.slice(0, -1);
  return subCode.startsWith(beginning) && /^[\w.-]{1,64}$/.test(subCode);
}

const messages: ReadonlyMap<string, string> = new Map([
  ["20000", "Service Currently Unavailable"],
  ["20001", "Insufficient Token Permissions"],
  ["40001", "Missing Required Arguments"],
  ["40002", "Invalid Arguments"],
  ["40004", "Business Failed"],
  ["40005", "Call Limited"],
  ["40006", "Insufficient Permissions"],
]);

function messageOf(code: string): string {
  const message = messages.get(code);
  assert(message !== undefined, `no message for ${code}`);
  return message;
}
