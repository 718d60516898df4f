// The simulated gateway without HTTP: request parameters in, what leaves on the wire out. Faults are shaped in between.
// Everything between the signature check and the answer’s signature happens in one turn, so requests never interleave.
import {
  answerBody,
  answerContentType,
  errorNodeName,
  responseNodeName,
} from "@huiyin/server/channels/alipay/codec.ts";
import type { WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import { bytesOfText, charsetOf } from "@huiyin/server/channels/alipay/charset.ts";
import { signBytes } from "@huiyin/server/channels/alipay/signing.ts";
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import { decide } from "../book.ts";
import type { BookRequest, Merchant, Wallet } from "../book/model.ts";
import { findTrade } from "../book/trades.ts";
import { gatewayPlan, type Subject } from "../faults/switches.ts";
import type { GatewayPlan, Operation } from "../faults/model.ts";
import { admit, gatewayError, type Admission, type Clocks } from "./admission.ts";
import { answerNode, failedNode, unavailableNode } from "./answers.ts";
import { billNode } from "./bills.ts";
import { modeOf, type AlipayCertificates } from "./certificateMode.ts";
import { contentIn, contentModeOf, nodeTextOf, type ContentMode } from "./contentMode.ts";
import { errorNode, type Node } from "./nodes.ts";
import { answerFor, type OrderedAnswer } from "./orderedAnswers.ts";
import { readBusiness, type AskedFor, type BusinessReading } from "./reading.ts";
import type { WorldEvent } from "../world/state.ts";
import type { Store } from "../world/store.ts";

export type AlipayKeys = Readonly<{
  /** PEM; signs answers and notifications. */
  alipayPrivateKey: string;
  /** PEM; what merchants verify with. */
  alipayPublicKey: string;
  /** PEM of somebody who is not Alipay: wrong signatures and forgeries. */
  strangerPrivateKey: string;
}>;

export type GatewayDeps = Readonly<{
  store: Store;
  keys: AlipayKeys;
  /** Asked only where a request comes with certificates; null where this world has none. */
  certificates: () => Promise<AlipayCertificates | null>;
  clocks: () => Clocks;
  /** Where bills are fetched. */
  billAddress: () => string;
}>;

/** What leaves on the wire, and when: an answer so many milliseconds later, or a connection that breaks. */
export type WireOutcome =
  | Readonly<{ kind: "answer"; afterMs: number; status: number; contentType: string; body: string }>
  | Readonly<{ kind: "broken"; afterMs: number }>;

/** Carries out one request as the gateway, with the faults that are switched on. */
export async function handleGateway(deps: GatewayDeps, parameters: WireParameters): Promise<WireOutcome> {
  const certificates = modeOf(parameters) === "certificate" ? await deps.certificates() : null;
  const { merchants } = deps.store.state.book;
  const admission = await admit({ merchants, clocks: deps.clocks(), certificates }, parameters);
  const app = admission.kind === "admitted" ? admission.app : admission.merchant;
  const mode = contentModeOf(parameters, app);
  const seal: Seal = sealOf(deps.keys, certificates, mode);
  if (admission.kind === "rejected") return rejected(seal, admission);
  const { now } = deps.clocks();
  const content = contentIn(parameters, mode);
  if (content.kind === "refused")
    return rejected(seal, { ...admission, kind: "rejected", error: gatewayError(content.subCode) });
  const bizContent = content.text;
  const { operation } = admission;
  if (operation === "bill") return billReply(deps, seal, admission, bizContent);
  const envelope = {
    operation,
    appId: admission.merchant.appId,
    bizContent,
    notifyUrl: parameters.get("notify_url") ?? "",
    mode: admission.mode,
  };
  const admitted = { ...admission, operation };
  const { node, plan } = carryOut(deps.store, admitted, readBusiness(envelope, now), now);
  return reply(deps, seal, { method: admission.method, node, plan });
}

/** Bills are about no order: the books are read, and nothing in them changes. */
async function billReply(
  deps: GatewayDeps,
  seal: Seal,
  { merchant, method }: Extract<Admission, { kind: "admitted" }>,
  bizContent: string,
): Promise<WireOutcome> {
  const { now } = deps.clocks();
  const subject: Subject = { operation: "bill", appId: merchant.appId, walletId: null };
  const { plan, used } = gatewayPlan(deps.store.state.switches, subject, now);
  deps.store.commit(used, now);
  const bills = {
    book: deps.store.state.book,
    secret: deps.keys.alipayPrivateKey,
    address: deps.billAddress(),
  };
  const node = billNode(bills, merchant, { bizContent, plan: plan.bill, now });
  return reply(deps, seal, { method, node, plan });
}

type Admitted = Extract<Admission, { kind: "admitted" }> & Readonly<{ operation: Operation }>;
type Carried = Readonly<{ node: Node; plan: GatewayPlan }>;

/** The synchronous heart: shape, decide, record, and the node to answer with. */
function carryOut(store: Store, admitted: Admitted, reading: BusinessReading, now: Date): Carried {
  const { merchant, operation } = admitted;
  const walletId = walletIdOf(store, merchant, reading.kind === "request" ? reading.request : null);
  const subject: Subject = { operation, appId: merchant.appId, walletId };
  const { plan, used } = gatewayPlan(store.state.switches, subject, now);
  if (reading.kind !== "request") {
    store.commit(used, now);
    const node =
      reading.kind === "notJson" ? errorNode(gatewayError("isv.illegal-json")) : invalid(reading, operation);
    return { node, plan };
  }
  const { request, outTradeNo, askedFor } = reading;
  if (plan.refusal !== null) {
    store.commit(used, now);
    const error = { code: "40004", message: "Business Failed", ...plan.refusal };
    return { node: failedNode(operation, error, outTradeNo), plan };
  }
  if (plan.delivery !== "now") {
    store.commit([...used, ...heldBack(request, plan, now)], now);
    return { node: unavailableNode(), plan };
  }
  const ordered = orderedFor(store, admitted, reading);
  const called: WorldEvent[] = ordered === null ? [] : [{ kind: "answerUsed", operation }];
  if (ordered?.effect === "none") {
    store.commit([...used, ...called], now);
    return { node: orderedNode(ordered, outTradeNo), plan };
  }
  const decision = decide(store.state.book, request, now);
  store.commit([...used, ...called, ...decision.events], now);
  const { answer } = decision;
  const wallet = "trade" in answer ? (store.state.book.wallets.get(answer.trade.walletId) ?? null) : null;
  const asked: AskedFor = merchant.fundBill === "always" ? { ...askedFor, fundBill: "yes" } : askedFor;
  const own = answerNode({ operation, outTradeNo, answer, wallet, askedFor: asked });
  if (request.kind === "cancel") releaseHeld(store, merchant, request.outTradeNo, now);
  return { node: ordered === null ? own : orderedNode(ordered, outTradeNo), plan };
}

/** The answer that somebody ordered for this call, or null. */
function orderedFor(
  store: Store,
  admitted: Admitted,
  reading: Readonly<{ request: BookRequest; outTradeNo: string }>,
) {
  const { operation, merchant } = admitted;
  const { request } = reading;
  const byTradeNo =
    "tradeNo" in request ? store.state.book.trades.get(request.tradeNo)?.outTradeNo : undefined;
  const outTradeNo = byTradeNo ?? reading.outTradeNo;
  return answerFor(store.state.answers, { operation, appId: merchant.appId, outTradeNo });
}

function orderedNode({ operation, error }: OrderedAnswer, outTradeNo: string): Node {
  // Only a business refusal has the fields of the method; the gateway’s own errors have none.
  return error.code === "40004" ? failedNode(operation, error, outTradeNo) : errorNode(error);
}

function invalid(reading: Readonly<{ outTradeNo: string }>, operation: Admitted["operation"]): Node {
  return answerNode({
    operation,
    outTradeNo: reading.outTradeNo,
    answer: { kind: "refused", reason: "parameterInvalid" },
    wallet: null,
    askedFor: { fundBill: "no", refundDetail: "no" },
  });
}

/** Whose money a request is about: the owner of the payer code, or the payer of the trade. */
function walletIdOf(store: Store, merchant: Merchant, request: BookRequest | null): Wallet["id"] | null {
  const { book } = store.state;
  if (request === null) return null;
  if (request.kind === "pay") return book.codes.get(request.authCode)?.walletId ?? null;
  if (request.kind === "precreate") return null;
  return findTrade(book, merchant, request)?.walletId ?? null;
}

function heldBack(request: BookRequest, plan: GatewayPlan, now: Date): WorldEvent[] {
  if (plan.delivery !== "afterCancel" || request.kind !== "pay") return [];
  const id = `${request.appId}/${request.outTradeNo}/${now.getTime()}`;
  return [{ kind: "requestHeld", held: { id, request, dueAtMs: now.getTime() + plan.heldMs } }];
}

/** Lets the held payment requests of one order through, after its cancel. Their answers reach nobody. */
function releaseHeld(store: Store, merchant: Merchant, outTradeNo: string, now: Date): void {
  for (const { id, request } of store.state.held.values()) {
    if (request.appId === merchant.appId && request.outTradeNo === outTradeNo) carryOutHeld(store, id, now);
  }
}

/** Lets through whatever was held back until now. */
export function releaseDue(store: Store, now: Date): void {
  for (const { id, dueAtMs } of store.state.held.values()) {
    if (dueAtMs <= now.getTime()) carryOutHeld(store, id, now);
  }
}

function carryOutHeld(store: Store, id: string, now: Date): void {
  const held = store.state.held.get(id);
  if (held === undefined) return;
  const { events } = decide(store.state.book, held.request, now);
  store.commit([{ kind: "requestReleased", id }, ...events], now);
}

const badGateway =
  "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>";

/** What an answer is signed with, and the certificate it then names. */
type Seal = Readonly<{ privateKey: string; alipaySerial: string | null; mode: ContentMode }>;

function sealOf(keys: AlipayKeys, certificates: AlipayCertificates | null, mode: ContentMode): Seal {
  if (certificates === null) return { privateKey: keys.alipayPrivateKey, alipaySerial: null, mode };
  return { privateKey: certificates.alipayPrivateKey, alipaySerial: certificates.alipaySerial, mode };
}

type Reply = Readonly<{ method: string; node: Node; plan: GatewayPlan }>;

/** Turns a node into what leaves on the wire under this plan. */
async function reply(deps: GatewayDeps, seal: Seal, { method, node, plan }: Reply): Promise<WireOutcome> {
  const afterMs = plan.replyDelayMs;
  switch (plan.reply) {
    case "lost":
      return { kind: "broken", afterMs };
    case "serverError":
      return { kind: "answer", afterMs, status: 502, contentType: "text/html", body: badGateway };
    case "own":
    case "unavailable":
    case "wrongSignature": {
      const forged = { ...seal, privateKey: deps.keys.strangerPrivateKey };
      const shown = plan.reply === "unavailable" ? unavailableNode() : node;
      const by = plan.reply === "wrongSignature" ? forged : seal;
      return answer(await signedBody(responseNodeName(method), shown, by), afterMs, seal.mode);
    }
    default:
      return unreachable(plan.reply);
  }
}

/** Errors of the front door: signed where the caller is known, because then there is a key to sign for. */
async function rejected(
  seal: Seal,
  admission: Extract<Admission, { kind: "rejected" }>,
): Promise<WireOutcome> {
  const nodeName = admission.method === null ? errorNodeName : responseNodeName(admission.method);
  const node = errorNode(admission.error);
  // Whoever cannot encrypt is answered in clear.
  const clear = { ...seal, mode: { ...seal.mode, aesKey: null } };
  if (admission.merchant === null)
    return answer(answerBody(nodeName, nodeTextOf(node, clear.mode), null), 0, clear.mode);
  return answer(await signedBody(nodeName, node, clear), 0, clear.mode);
}

async function signedBody(nodeName: string, node: Node, seal: Seal): Promise<string> {
  // The signature covers exactly these bytes; the node is never serialised a second time.
  const nodeText = nodeTextOf(node, seal.mode);
  const signature = await signBytes(bytesOfText(nodeText, seal.mode.charset), seal.privateKey);
  return answerBody(nodeName, nodeText, signature, seal.alipaySerial);
}

function answer(body: string, afterMs: number, { charset }: ContentMode): WireOutcome {
  const contentType = charset === "gbk" ? "text/html;charset=GBK" : answerContentType;
  return { kind: "answer", afterMs, status: 200, contentType, body };
}

/** What leaves as bytes: the charset that the answer names is that of its signature. */
export function bytesOfAnswer({ contentType, body }: Extract<WireOutcome, { kind: "answer" }>): Buffer {
  return bytesOfText(body, charsetOf(/charset=([\w-]+)/i.exec(contentType)?.[1]));
}
