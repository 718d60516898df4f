// From a request to a candidate: who asks, for whom, through which channel. Everything here may still be refused freely,
// because nothing has happened yet.
import type { CreatePayment } from "@huiyin/contract/api/payments.ts";
import { assert } from "../../../kernel/assert.ts";
import { fen, yuanText, type Money } from "../../../kernel/money.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { Principal } from "../../../platform/principal.ts";
import type { Channel, ChannelAccount, CreditAcceptance } from "../../../channels/port.ts";
import { openPayment } from "../decide.ts";
import { channelOf, type PaymentsDeps, type TerminalStanding } from "../deps.ts";
import { limits } from "../limits.ts";
import { channelOrderNoOf } from "../orderNumber.ts";
import { channelFacts, maskPayerCode, recognise } from "../payerCode.ts";
import type { Candidate } from "./accept.ts";
import { fingerprintOf, payerCodeHash } from "./fingerprint.ts";

/** A request to collect money, as it came. */
export type PaymentRequest = Readonly<{
  principal: Principal;
  idempotencyKey: string;
  body: CreatePayment;
  /** How long its caller wants to wait for an outcome, 0 … 30. Not part of what makes two requests the same. */
  waitSeconds: number;
}>;

/** Whose key it is, and what identifies the request. */
export type Identity = Readonly<{ merchantId: string; terminalId: string | null; fingerprint: Buffer }>;

/** Everything that is needed to send the charge, none of which is written down. */
export type Prepared = Readonly<{
  candidate: Candidate;
  channel: Channel;
  account: ChannelAccount;
  payerCode: string;
  storeNo: string | null;
  terminalNo: string | null;
  creditAcceptance: CreditAcceptance;
}>;

/**
 * Whose request this is. A terminal is who its signature says; a merchant is itself; an operator names the merchant.
 * Refuses `merchant_not_named` and `not_found`.
 */
export function identify(
  deps: Pick<PaymentsDeps, "payerCodeKey">,
  request: PaymentRequest,
): Result<Identity> {
  const { principal, body } = request;
  const merchantId = principal.role === "operator" ? body.merchantId : principal.merchantId;
  if (merchantId === undefined) return refuse("merchant_not_named");
  // That another merchant or terminal exists is nobody’s business.
  if (body.merchantId !== undefined && body.merchantId !== merchantId)
    return refuse("not_found", { what: body.merchantId });
  const terminalId = principal.role === "terminal" ? principal.terminalId : (body.terminalId ?? null);
  if (body.terminalId !== undefined && body.terminalId !== terminalId)
    return refuse("not_found", { what: body.terminalId });
  const fingerprint = fingerprintOf(deps.payerCodeKey, { ...body, merchantId, terminalId });
  return success({ merchantId, terminalId, fingerprint });
}

/**
 * Checks everything that can be checked before anything happens, and builds the payment.
 * Refuses `payer_code_*`, `channel_not_available`, `amount_outside_channel_limits`, `instalments_not_enabled`,
 * `credit_not_accepted`, `terminal_suspended`, `not_found`.
 */
export async function prepare(
  deps: PaymentsDeps,
  request: PaymentRequest,
  identity: Identity,
): Promise<Result<Prepared>> {
  const { body } = request;
  const { merchantId } = identity;
  const profile = await deps.merchants.merchantProfile(merchantId);
  if (profile === null) return refuse("not_found", { what: merchantId });
  const place = await placeOf(deps, identity, body.storeId ?? null);
  if (!place.ok) return place;
  const { storeId, terminal } = place.value;
  const store = profile.stores.find((one) => one.id === storeId);
  if (storeId !== null && store === undefined) return refuse("not_found", { what: storeId });

  const recognisers = [...deps.channels].map(([code, one]) => ({
    code,
    recognises: (payerCode: string) => one.recognises(payerCode),
  }));
  const recognised = recognise(body.payerCode, body.method ?? "auto", recognisers);
  if (!recognised.ok) return recognised;
  const { channel: code, payerCode } = recognised.value;
  const channel = channelOf(deps, code);
  const account = profile.state === "active" ? await deps.merchants.channelAccount(merchantId, code) : null;
  if (account === null) return refuse("channel_not_available", channelFacts(code));
  // Checked now, so that the refusal says what to do; the channel would only decline the payer.
  const obstacle =
    body.credit && (await deps.merchants.creditObstacle(merchantId, body.credit, deps.world.now()));
  if (obstacle) return refuse(obstacle);
  const amount = withinLimits(channel, fen(body.amount));
  if (!amount.ok) return amount;

  const candidate = candidateOf(deps, request, identity, {
    ...{ channel, payerCode, storeId, amount: amount.value },
    merchant: { number: profile.number, name: profile.names.zh },
  });
  const storeNo = store?.no ?? null;
  const { creditAcceptance } = profile;
  const terminalNo = terminal?.no ?? null;
  return success({ candidate, channel, account, payerCode, storeNo, terminalNo, creditAcceptance });
}

type Checked = Readonly<{
  channel: Channel;
  payerCode: string;
  storeId: string | null;
  amount: Money;
  merchant: Readonly<{ number: string; name: string }>;
}>;

/** The payment that the request would become, with everything that it would be the only one to use. */
function candidateOf(
  deps: PaymentsDeps,
  request: PaymentRequest,
  identity: Identity,
  checked: Checked,
): Candidate {
  const { body, principal, idempotencyKey, waitSeconds } = request;
  const { channel, payerCode, amount, merchant } = checked;
  const { timetable, code } = channel.manifest;
  const { merchantId, terminalId, fingerprint } = identity;
  const now = deps.world.now();
  const id = deps.world.newId("pay");
  const opening = {
    ...{ id, merchantId, terminalId, idempotencyKey, amount },
    storeId: checked.storeId,
    merchantOrderNo: body.merchantOrderNo ?? null,
    channelOrderNo: channelOrderNoOf(merchant.number, id),
    subject: body.subject ?? subjectOf(merchant.name),
    channel: code,
    payerCodeMasked: maskPayerCode(payerCode),
    credit: body.credit ?? null,
  };
  const { payerCodeMasked } = opening;
  const runningSeconds = waitSeconds + timetable.replyTimeoutMs / 1_000 + limits.answerGraceSeconds;
  return {
    payment: openPayment(opening, now, timetable),
    fingerprint,
    codeHash: payerCodeHash(deps.payerCodeKey, merchantId, payerCode),
    runningUntil: addSeconds(now, runningSeconds),
    requested: {
      at: now,
      kind: "requested",
      direction: "in",
      data: {
        ...{ by: principal.role, amountFen: body.amount, method: body.method ?? "auto", payerCodeMasked },
        ...(body.credit && { credit: body.credit }),
      },
    },
  };
}

type Place = Readonly<{ storeId: string | null; terminal: TerminalStanding | null }>;

/** Where the payment is taken. A terminal stands in one store; who names another one is mistaken. */
async function placeOf(
  deps: PaymentsDeps,
  identity: Identity,
  storeId: string | null,
): Promise<Result<Place>> {
  if (identity.terminalId === null) return success({ storeId, terminal: null });
  const terminal = await deps.terminals.terminalOf(identity.terminalId);
  if (terminal === null || terminal.merchantId !== identity.merchantId)
    return refuse("not_found", { what: identity.terminalId });
  if (terminal.state !== "active") return refuse("terminal_suspended");
  if (storeId !== null && storeId !== terminal.storeId) return refuse("not_found", { what: storeId });
  return success({ storeId: terminal.storeId, terminal });
}

function withinLimits({ manifest }: Channel, amount: Money): Result<Money> {
  assert(manifest.amountFenMin > 0n, `${manifest.code} would take payments of nothing`);
  if (amount.minor >= manifest.amountFenMin && amount.minor <= manifest.amountFenMax) return success(amount);
  return refuse("amount_outside_channel_limits", {
    ...channelFacts(manifest.code),
    minYuan: yuanText(fen(manifest.amountFenMin)),
    maxYuan: yuanText(fen(manifest.amountFenMax)),
  });
}

/** What the payer’s bill says where the caller says nothing: the merchant’s name, without what channels refuse. */
function subjectOf(merchantName: string): string {
  return merchantName.replace(/[/=&]/g, " ").trim().slice(0, limits.subjectLengthMax) || "收款";
}
