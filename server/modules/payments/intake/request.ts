// From a request to a candidate: who asks, for whom, through which channel. Everything here may still be refused freely,
// because nothing has happened yet.
import type { CreatePayment, CreateShownCode } from "@huiyin/contract/api/payments.ts";
import { assert } from "../../../kernel/assert.ts";
import { fen, yuanText, type Money } from "../../../kernel/money.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { addSeconds } from "../../../kernel/time.ts";
import type { Principal } from "../../../platform/principal.ts";
import type { Channel, ChannelAccount, CreditAcceptance } from "../../../channels/port.ts";
import { channelOf, type PaymentsDeps, type TerminalStanding } from "../deps.ts";
import { limits } from "../limits.ts";
import type { Opening, Payment } from "../model.ts";
import { openPayment, openShownCode } from "../opening.ts";
import { channelOrderNoOf } from "../orderNumber.ts";
import { channelFacts, maskPayerCode, recognise } from "../payerCode.ts";
import type { StoredAnswer } from "../view.ts";
import type { Candidate } from "./accept.ts";
import { fingerprintOf, payerCodeHash } from "./fingerprint.ts";

/** A request to collect money, as it came: by the payer’s code, or by one to show. */
export type PaymentRequest = Readonly<{
  principal: Principal;
  idempotencyKey: string;
  body: CreatePayment | CreateShownCode;
  /** How long its caller wants to wait for an outcome, 0 … 30. Not part of what makes two requests the same. */
  waitSeconds: number;
  /** A payer who has our page open and pays there, in the place of a code. Not part of what makes two requests the same. */
  page?: PageWay;
}>;

/** Who pays in our page, as one account of the merchant knows that payer: the payment goes through this account alone. */
export type PageWay = Readonly<{ payerId: string; route: string; audience: string }>;

/** What was answered, with the payment it is about. */
export type Answer = StoredAnswer & Readonly<{ paymentId: string }>;

/** Whose key it is, and what identifies the request. */
export type Identity = Readonly<{ merchantId: string; terminalId: string | null; fingerprint: Buffer }>;

/** Everything that is needed to send the charge, none of which is written down. */
export type Prepared = Readonly<{
  candidate: Candidate;
  channel: Channel;
  account: ChannelAccount;
  /** Null where a code is to be shown. */
  payerCode: string | null;
  storeNo: string | null;
  terminalNo: string | null;
  creditAcceptance: CreditAcceptance;
  page?: PageWay;
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
 * Refuses `payer_code_*`, `shown_codes_not_offered`, `instalments_not_offered`, `channel_not_available`, `amount_outside_channel_limits`, `instalments_not_enabled`,
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

  const recognised = channelFor(deps, body);
  if (!recognised.ok) return recognised;
  const { channel, payerCode } = recognised.value;
  const { code, offers } = channel.manifest;
  const account = profile.state === "active" ? await deps.merchants.channelAccount(merchantId, code) : null;
  if (account === null) return refuse("channel_not_available", channelFacts(code));
  if (body.credit && offers.instalments === "no")
    return refuse("instalments_not_offered", channelFacts(code));
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
  const { page } = request;
  return success({
    ...{ candidate, channel, account, payerCode, storeNo, terminalNo, creditAcceptance },
    ...(page && { page }),
  });
}

type Recognised = Readonly<{ channel: Channel; payerCode: string | null }>;

/** Through which channel: the one whose code was scanned, or the one whose code is to be shown. */
function channelFor(deps: PaymentsDeps, body: PaymentRequest["body"]): Result<Recognised> {
  if ("payerCode" in body) {
    const found = recognise(body.payerCode, body.method ?? "auto", deps.channels, deps.recognition);
    if (!found.ok) return found;
    const { channel, payerCode } = found.value;
    return success({ channel: channelOf(deps, channel), payerCode });
  }
  const channel = deps.channels.get(body.method);
  if (channel === undefined) return refuse("channel_not_available", channelFacts(body.method));
  const { offers, shownCodeTimetable } = channel.manifest;
  if (offers.shownCodes === "no" || shownCodeTimetable === null)
    return refuse("shown_codes_not_offered", channelFacts(body.method));
  return success({ channel, payerCode: null });
}

type Checked = Readonly<{
  channel: Channel;
  payerCode: string | null;
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
    mode: payerCode === null ? ("shownCode" as const) : ("payerCode" as const),
    payerCodeMasked: payerCode === null ? null : maskPayerCode(payerCode),
    credit: body.credit ?? null,
  };
  const { mode, payerCodeMasked } = opening;
  const runningSeconds = waitSeconds + timetable.replyTimeoutMs / 1_000 + limits.answerGraceSeconds;
  return {
    payment: openedBy(opening, now, { channel, body }),
    fingerprint,
    codeHash: payerCode === null ? null : payerCodeHash(deps.payerCodeKey, merchantId, payerCode),
    runningUntil: addSeconds(now, runningSeconds),
    requested: {
      at: now,
      kind: "requested",
      direction: "in",
      data: {
        ...{ by: principal.role, amountFen: body.amount, method: body.method ?? "auto", mode },
        ...(payerCodeMasked !== null && { payerCodeMasked }),
        ...(body.credit && { credit: body.credit }),
      },
    },
  };
}

function openedBy(
  opening: Opening,
  now: Date,
  { channel, body }: Readonly<{ channel: Channel; body: PaymentRequest["body"] }>,
): Payment {
  const { timetable, shownCodeTimetable, offers } = channel.manifest;
  if ("payerCode" in body) return openPayment(opening, now, timetable);
  assert(shownCodeTimetable !== null, `${channel.manifest.code} shows no codes`);
  const shown = { timetable: shownCodeTimetable, close: offers.close };
  return openShownCode(opening, now, { timetable, shown }, body.validitySeconds ?? null);
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
