// Documented refusals on demand: which sub-code the next calls of a method are answered with.
import { unwrap } from "@huiyin/server/kernel/result.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { MethodAnswers } from "../alipay/answerDesk.ts";
import type { AlipayWorld } from "../alipay/world.ts";
import * as schemas from "./schemas.ts";

const config = { roles: ["operator"] as const };
const tags = ["sandbox"];

/** Registers listing, ordering and withdrawing answers. */
export function answerRoutes(app: HttpApp, { world }: Readonly<{ world: AlipayWorld }>): void {
  const list = { tags, summary: "Every method with the sub-codes documented for it and what is ordered" };
  app.get("/control/answers", { schema: list, config }, async () => ({
    items: world.answers.list().map(answersView),
  }));

  const order = {
    tags,
    summary: "Answer the next calls of a method with a documented sub-code",
    params: schemas.AnswerParams,
    body: schemas.AnswerBody,
  };
  app.put("/control/answers/:method", { schema: order, config }, async (request) => {
    const { subCode, times = null, outTradeNos = null, appId = null, effect = "none" } = request.body;
    const wish = { subCode, times, outTradeNos, appId, effect };
    return answersView(unwrap(world.answers.order(request.params.method, wish)));
  });

  const withdrawal = {
    tags,
    summary: "Let the gateway answer by itself again",
    params: schemas.AnswerParams,
  };
  app.delete("/control/answers/:method", { schema: withdrawal, config }, async (request) =>
    answersView(unwrap(world.answers.withdraw(request.params.method))),
  );
}

function answersView({ method, ordered, documented }: MethodAnswers): Readonly<Record<string, unknown>> {
  if (ordered === null) return { method, ordered: null, documented };
  const { error, remaining, outTradeNos, appId, effect } = ordered;
  const { code, subCode, subMessage: message } = error;
  return {
    method,
    ordered: { code, subCode, message, times: remaining, outTradeNos, appId, effect },
    documented,
  };
}
