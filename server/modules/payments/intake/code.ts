// Having a code made that is shown to the payer: asked for outside any transaction, once more where the first request stayed
// unclear. The same number with the same content makes no second trade, and nobody pays a code that nobody saw.
import type { Payment as PaymentView } from "@huiyin/contract/api/payments.ts";
import { assert } from "../../../kernel/assert.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { callbackUrlOf, channelIo, type PaymentsDeps } from "../deps.ts";
import { channelFacts } from "../payerCode.ts";
import type { Applied, Door } from "../service.ts";
import type { Answer, Prepared } from "./request.ts";

/** Asks for the code, at most twice, and hands in whatever came of it. Null where its time had passed before it was sent. */
export async function makeCode(
  { deps, door }: Readonly<{ deps: PaymentsDeps; door: Door }>,
  prepared: Prepared,
): Promise<Applied | null> {
  const { payment } = prepared.candidate;
  const { merchantId, id: paymentId, channel } = payment;
  const net = payment.resolution?.at;
  assert(net !== undefined, `${paymentId}: a code without a safety net`);
  let applied: Applied | null = null;
  for (const attempt of ["first", "last"] as const) {
    // This process may have been stopped since the commit, and the safety net may be closing the code by now.
    if (deps.world.now() >= net) {
      deps.log.warn(
        { event: "code_not_sent", paymentId, merchantId },
        "the time of a code had passed before it could be asked for",
      );
      return applied;
    }
    const reply = await prepared.channel.precreate(channelIo(deps), prepared.account, {
      channelOrderNo: payment.channelOrderNo,
      orderedAt: payment.createdAt,
      amount: payment.amount,
      subject: payment.subject,
      expiresAt: payment.expiresAt,
      storeNo: prepared.storeNo,
      terminalNo: prepared.terminalNo,
      ...(payment.credit && { credit: payment.credit }),
      creditAcceptance: prepared.creditAcceptance,
      callbackUrl: callbackUrlOf(deps, { channel, merchantId }),
      ...(prepared.page && { page: { payerId: prepared.page.payerId } }),
    });
    const command = { kind: "codeAnswered", reply, attempt } as const;
    applied = await door({ merchantId, paymentId, channel, command });
    assert(applied !== null, `${paymentId}: accepted and gone`);
    if (reply.outcome.kind !== "unknown" || applied.after.state !== "processing") return applied;
  }
  return applied;
}

/** Refuses a payer whom the account that serves by now does not know: it names another app than the page asked through. */
export function knownThere(prepared: Result<Prepared>): Result<Prepared> {
  if (!prepared.ok || prepared.value.page === undefined) return prepared;
  const { channel, account, page } = prepared.value;
  const pages = channel.payerPages;
  return pages?.offeredBy(account) === "yes" && pages.audienceOf(account) === page.audience
    ? prepared
    : refuse("payer_page_over");
}

/** The answer with its code, or a payment that its payer makes in our page; a refusal where there never was one. The same for every repetition: it reads the stored answer. */
export function shownOrRefused(answer: Answer): Result<Answer> {
  const payment = JSON.parse(answer.body) as PaymentView;
  if (payment.code !== null || payment.state === "awaitingPayer") return success(answer);
  const facts = { ...channelFacts(payment.channel), paymentId: payment.id };
  if (payment.state !== "failed") return refuse("shown_code_not_made", facts);
  return refuse("shown_code_refused", {
    ...facts,
    message: payment.channelMessage ?? payment.channelCode ?? "",
  });
}
