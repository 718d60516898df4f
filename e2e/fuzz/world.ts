// The shops that the inputs are about: one whose key the attacker has, one of somebody else, and ids of everything.
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { DeviceKey } from "@huiyin/contract/signature.ts";
import { apiOf, ok, until, type Api } from "../support/api.ts";
import type { Target } from "./server.ts";

/** Ids by their prefix: those the attacker may name, and those of another merchant. */
export type Ids = Readonly<{
  own: ReadonlyMap<string, readonly string[]>;
  foreign: ReadonlyMap<string, readonly string[]>;
}>;

export type Terminal = Readonly<{ id: string; key: DeviceKey }>;

export type FuzzWorld = Readonly<{
  api: Api;
  platform: string;
  merchantId: string;
  merchantKey: string;
  operatorKey: string;
  /** Another merchant’s, where nothing is to break that the checks need afterwards. */
  otherKey: string;
  otherMerchantId: string;
  ids: Ids;
  /** Addresses of printed codes: /c/{token}. */
  pages: readonly string[];
  /** One that signs HTTP, and some that speak MQTT. */
  signer: Terminal;
  speakers: readonly Terminal[];
  /** What the channels gave the shop, in pieces that stay the same however they are written. */
  secrets: readonly string[];
  /** Pays for real; throws where the platform does not take it. */
  payHonestly(): Promise<string>;
}>;

const speakerCount = 4;

type WithId = Readonly<{ id: string }>;
type Asks = (path: string, body: unknown) => Promise<WithId>;

/** Sets everything up through the public interface. */
export async function createFuzzWorld(target: Target, operatorKey: string): Promise<FuzzWorld> {
  const { addresses, data } = target;
  const api = apiOf(addresses, data);
  const merchantId = await api.merchantId();
  const walletId = await api.newWallet(90_000_000);
  const payHonestly = async (): Promise<string> => {
    const body = { amount: 1_234, payerCode: await api.payerCode(walletId) };
    const idempotencyKey = `honest-${await api.payerCode(walletId)}`;
    const paid = ok(
      await api.merchant<WithId & { state: string }>("POST", "/v1/payments", { body, idempotencyKey }),
    );
    if (paid.state !== "succeeded") throw new Error(`an honest payment is ${paid.state}`);
    return paid.id;
  };
  const post: Asks = async (path, body) => ok(await api.operator<WithId>("POST", path, { body }));
  const other = await post("/v1/merchants", newMerchant);
  const otherKey = (await post("/v1/credentials", { name: "fuzz", merchantId: other.id })) as WithId & {
    secret: string;
  };
  const own = await belongings(post, merchantId);
  const foreign = await belongings(post, other.id);
  const storeId = own.get("sto")?.[0] ?? "";
  const terminals = [];
  for (let count = 0; count <= speakerCount; count += 1)
    terminals.push(await newTerminal(target, post, { merchantId, storeId, no: `FUZZ${count}` }));
  const [signer, ...speakers] = terminals;
  if (signer === undefined) throw new Error("no terminal");
  const pays = [await payHonestly(), await payHonestly(), await payHonestly()];
  const refund = ok(
    await api.merchant<WithId>("POST", `/v1/payments/${pays[0]}/refunds`, {
      body: { amount: 34 },
      idempotencyKey: "fuzz-refund-1",
    }),
  );
  const diagnosis = ok(
    await api.merchant<WithId>("POST", "/v1/diagnoses", { body: { paymentId: pays[1], text: "付不了" } }),
  );
  const printed = await Promise.all(
    ["门口", "1 号桌"].map((label) => post(`/v1/stores/${storeId}/codes`, { merchantId, label })),
  );
  const more: ReadonlyArray<readonly [string, readonly string[]]> = [
    ["pay", pays],
    ["ref", [refund.id]],
    ["dia", [diagnosis.id]],
    ["scd", printed.map(({ id }) => id)],
  ];
  await payShownCodes(api);
  return {
    ...{ api, merchantId, operatorKey, payHonestly, signer, speakers },
    platform: addresses.platform,
    merchantKey: addresses.sandbox?.merchantKey ?? "",
    otherKey: secretIn(otherKey),
    otherMerchantId: other.id,
    ids: { own: new Map([...own, ...more]), foreign },
    secrets: await channelSecrets(api),
    pages: printed.map((code) => new URL((code as WithId & { url: string }).url).pathname),
  };
}

/** Of each private key a line in its middle, and every other key whole. */
async function channelSecrets(api: Api): Promise<string[]> {
  const found: string[] = [];
  for (const channel of ["alipay", "wechat", "unionpay"]) {
    const account = await api.control<Record<string, unknown>>("GET", `/control/credentials/${channel}`);
    for (const value of textsIn(account)) {
      const [, , line] = value.includes("PRIVATE KEY") ? value.split("\n") : [];
      if (line !== undefined && line.length > 20) found.push(line);
    }
  }
  return found;
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const walletPassword = "123456";
const shownFen = 321;

/** One payment by a shown code in each network, so that each has a callback to tell. */
async function payShownCodes(api: Api): Promise<void> {
  for (const method of ["alipay", "wechat", "unionpay"]) {
    const shown = ok(
      await api.merchant<{ id: string; code: { url: string } | null }>("POST", "/v1/payments/codes", {
        body: { amount: shownFen, method },
        idempotencyKey: `fuzz-shown-${method}`,
      }),
    );
    const { items } = await api.control<{ items: ReadonlyArray<WithId> }>(
      "GET",
      `/control/wallets?channel=${method}`,
    );
    const wallet = `/control/wallets/${items[0]?.id}`;
    await api.control("POST", `${wallet}/scans`, { codeUrl: shown.code?.url });
    await api.control("POST", `${wallet}/approvals`, { password: walletPassword });
    await until(`the shown code of ${method} is paid`, async () => {
      const { state } = ok(await api.merchant<{ state: string }>("GET", `/v1/payments/${shown.id}`));
      return state === "succeeded";
    });
  }
}

const newMerchant = {
  ...{ names: { zh: "别家", en: "Another" }, mcc: "5814", region: "310106" },
  fees: { alipay: 38, huabei: 100, wechat: 38, unionpay: 38 },
};

/** A secret is shown once, at its making, under a name of its own. */
function secretIn(created: object): string {
  const secret = Object.values(created).find((value) => typeof value === "string" && /^sk_/.test(value));
  if (typeof secret !== "string") throw new Error(`no key in ${Object.keys(created).join()}`);
  return secret;
}

/** A store, terminals, a webhook and keys to do away with. */
async function belongings(post: Asks, merchantId: string): Promise<Map<string, readonly string[]>> {
  const store = await post(`/v1/merchants/${merchantId}/stores`, {
    ...{ no: "FUZZ", names: { zh: "测试店", en: "Test store" }, address: "南京西路 1 号" },
  });
  const inStore = { merchantId, storeId: store.id, kind: "cashier" };
  const [one, two] = await Promise.all(
    ["X1", "X2"].map((no) => post("/v1/terminals", { ...inStore, name: no, no })),
  );
  const webhook = await post("/v1/webhook-endpoints", { merchantId, url: "https://fuzz.invalid/hook" });
  const credentials = await Promise.all(
    ["a", "b"].map((name) => post("/v1/credentials", { name, merchantId })),
  );
  return new Map<string, readonly string[]>([
    ["mer", [merchantId]],
    ["sto", [store.id]],
    ["trm", [one?.id ?? "", two?.id ?? ""]],
    ["wep", [webhook.id]],
    ["key", credentials.map((credential) => credential.id)],
  ]);
}

async function newTerminal(
  { addresses }: Target,
  post: Asks,
  place: Readonly<{ merchantId: string; storeId: string; no: string }>,
): Promise<Terminal> {
  const { id } = await post("/v1/terminals", { ...place, name: place.no, kind: "soundbox" });
  const { activationCode } = (await post(`/v1/terminals/${id}/activation-codes`, undefined)) as unknown as {
    activationCode: string;
  };
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const answer = await fetch(`${addresses.platform}/v1/terminals/activate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ activationCode, publicKey: publicKey.export({ format: "jwk" }).x }),
  });
  if (answer.status !== 200) throw new Error(`activation: ${await answer.text()}`);
  return { id, key: deviceKey(id, privateKey) };
}

function deviceKey(keyId: string, privateKey: KeyObject): DeviceKey {
  return { keyId, sign: (message) => sign(null, message, privateKey) };
}
