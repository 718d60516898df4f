// Where answers are ordered and withdrawn, by the method’s name on the wire.
import { refuse, success, type Result } from "@huiyin/server/kernel/result.ts";
import { methodNames, operationOf } from "./admission.ts";
import { documentedCodes, orderedAnswer, type AnswerWish, type OrderedAnswer } from "./orderedAnswers.ts";
import type { Store } from "../world/store.ts";

export type MethodAnswers = Readonly<{
  method: string;
  /** What is ordered for its next calls; null when the gateway answers by itself. */
  ordered: OrderedAnswer | null;
  /** Every sub-code it may be answered with, with Alipay’s text where one is published. */
  documented: ReadonlyArray<
    Readonly<{ code: string; subCode: string; message: string | null; outcome: string }>
  >;
}>;

export type AnswerDesk = Readonly<{
  list(): MethodAnswers[];
  /** Orders an answer for the next calls of a method, in place of the one before. */
  order(method: string, wish: AnswerWish): Result<MethodAnswers>;
  withdraw(method: string): Result<MethodAnswers>;
}>;

/** The desk over a world’s store. */
export function createAnswerDesk(deps: Readonly<{ store: Store; now: () => Date }>): AnswerDesk {
  return {
    list: () => methodNames().map((method) => viewOf(deps.store, method)),
    order: (method, wish) => {
      const operation = operationOf(method);
      if (operation === undefined) return refuse("not_found", { what: method });
      const answer = orderedAnswer({ method, operation }, wish);
      if (!answer.ok) return answer;
      deps.store.commit([{ kind: "answerOrdered", answer: answer.value }], deps.now());
      return success(viewOf(deps.store, method));
    },
    withdraw: (method) => {
      const operation = operationOf(method);
      if (operation === undefined) return refuse("not_found", { what: method });
      if (deps.store.state.answers.has(operation))
        deps.store.commit([{ kind: "answerWithdrawn", operation }], deps.now());
      return success(viewOf(deps.store, method));
    },
  };
}

function viewOf(store: Store, method: string): MethodAnswers {
  const operation = operationOf(method);
  if (operation === undefined) return { method, ordered: null, documented: [] };
  return {
    method,
    ordered: store.state.answers.get(operation) ?? null,
    documented: documentedCodes(operation).map(({ code, subCode, meaning }) => {
      return { code, subCode, message: meaning.zh, outcome: meaning.outcome };
    }),
  };
}
