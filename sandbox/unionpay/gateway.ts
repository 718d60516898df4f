// The simulated gateway without HTTP: a form in, what leaves on the wire out. Everything between the check of the signature
// and the signature of the answer happens in one turn, so requests never interleave.
import { signText, type WireFields } from "@huiyin/server/channels/unionpay/codec.ts";
import { isRsaGenuine } from "@huiyin/server/channels/unionpay/signing.ts";
import { FormError, readForm } from "@huiyin/server/kernel/form.ts";
import type { Merchant } from "../book/model.ts";
import type { GatewayPlan } from "../faults/model.ts";
import type { Store } from "../world/store.ts";
import { publicKeyIn } from "../keys.ts";
import { carryOut, type Asked } from "./carry.ts";
import type { Facts } from "./facts.ts";
import { kinds, pathOf } from "./reading.ts";
import { responseOf } from "./refusals.ts";
import { answered, badGateway, sealed, type GatewayDeps, type Signer, type UnionpayOutcome } from "./wire.ts";

export type UnionpayRequest = Readonly<{
  /** As sent, with whatever prefix the sandbox has before the file name. */
  path: string;
  body: Uint8Array;
}>;

const fieldsMax = 100;

/** Carries out one request as the gateway, with the faults that are switched on. */
export async function handleGateway(deps: GatewayDeps, request: UnionpayRequest): Promise<UnionpayOutcome> {
  const fields = formOf(request.body);
  if (fields === null) return refusedAtDoor(deps, new Map(), responseOf("10"));
  const admission = await admitted(deps.store, request.path, fields);
  if ("says" in admission) return refusedAtDoor(deps, fields, admission.says);
  const { says, plan } = carryOut(deps.store, { ...admission, fields }, deps.clocks());
  return leave(deps, fields, says, plan);
}

function formOf(body: Uint8Array): WireFields | null {
  try {
    return readForm(body, "utf-8", fieldsMax);
  } catch (error) {
    if (error instanceof FormError) return null;
    throw error;
  }
}

type Admission = Omit<Asked, "fields"> | Readonly<{ says: Facts }>;

/** Who asks for what: the certificate must be the merchant’s, and its signature genuine. */
async function admitted(store: Store, path: string, fields: WireFields): Promise<Admission> {
  const merchant = merchantBy(store, fields.get("merId") ?? "");
  if (merchant === null) return { says: responseOf("31", "商户不存在") };
  if (
    fields.get("version") !== "5.1.0" ||
    fields.get("signMethod") !== "01" ||
    fields.get("encoding") !== "UTF-8"
  )
    return { says: responseOf("10") };
  const genuine =
    fields.get("certId") === merchant.keys["certId"] &&
    (await isRsaGenuine(
      signText(fields),
      fields.get("signature") ?? "",
      publicKeyIn(merchant.publicKey),
      "rsa",
    ));
  if (!genuine) return { says: responseOf("11") };
  const operation = kinds.get(`${fields.get("txnType")}/${fields.get("txnSubType")}`);
  if (operation === undefined || !path.endsWith(`/${pathOf[operation]}`)) return { says: responseOf("10") };
  return { operation, merchant };
}

/** The merchant of this number, or null. */
export function merchantBy(store: Store, merId: string): Merchant | null {
  return [...store.state.book.merchants.values()].find(({ sellerId }) => sellerId === merId) ?? null;
}

/** Fields of the request that every answer repeats. */
const repeated = [
  "accessType",
  "bizType",
  "merId",
  "orderId",
  "txnTime",
  "txnType",
  "txnSubType",
  "txnAmt",
  "currencyCode",
];

function refusedAtDoor(deps: GatewayDeps, fields: WireFields, says: Facts): Promise<UnionpayOutcome> {
  return written(fields, says, { signer: deps.keys.gateway, afterMs: 0 });
}

async function leave(
  deps: GatewayDeps,
  fields: WireFields,
  says: Facts,
  plan: GatewayPlan,
): Promise<UnionpayOutcome> {
  const afterMs = plan.replyDelayMs;
  if (plan.reply === "lost") return { kind: "broken", afterMs };
  if (plan.reply === "serverError") return badGateway(afterMs);
  return written(fields, says, { signer: signerFor(deps, plan), afterMs });
}

function signerFor({ keys }: GatewayDeps, plan: GatewayPlan): Signer {
  const { certificatePem } = keys.gateway;
  if (plan.reply === "wrongSignature") return { certificatePem, privateKeyPem: keys.stranger.privateKeyPem };
  return plan.platformKey === "next" ? keys.expired : keys.gateway;
}

async function written(
  fields: WireFields,
  says: Facts,
  { signer, afterMs }: Readonly<{ signer: Signer; afterMs: number }>,
): Promise<UnionpayOutcome> {
  const common = repeated
    .map((name) => [name, fields.get(name) ?? ""] as const)
    .filter(([, value]) => value !== "");
  return answered(await sealed(new Map([...common, ...Object.entries(says)]), signer), afterMs);
}
