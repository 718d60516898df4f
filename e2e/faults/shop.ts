// A merchant with a store, a key and terminals, set up over HTTP as an operator does, and served by the bank’s process.
import type { MerchantCredentials } from "@huiyin/sandbox/start.ts";
import { startPart, type Part } from "../../bench/processes.ts";
import { ok, send } from "../support/api.ts";
import type { BankQuestions } from "./world/bank.ts";

export type Bank = Part<BankQuestions> & Readonly<{ credentials: MerchantCredentials }>;

export type Shop = Readonly<{ merchantId: string; storeId: string; merchantKey: string }>;

/** Starts the bank’s process with its books below this directory. */
export async function startBank(directory: string): Promise<Bank> {
  const part = startPart<BankQuestions>(new URL("world/bank.ts", import.meta.url).href);
  const { credentials } = await part.ask("start", { directory });
  // A part answers one question at a time.
  let last: Promise<unknown> = Promise.resolve();
  const ask: Bank["ask"] = (name, question) => {
    const answer = last.then(() => part.ask(name, question));
    last = answer.catch(() => undefined);
    return answer;
  };
  return { ...part, ask, credentials };
}

type Operated = Readonly<{ url: string; operatorKey: string }>;

/** Opens the shop. `gatewayPort`: of a line to the bank, where its requests shall go through one. */
export async function openShop(
  { url, operatorKey }: Operated,
  { credentials }: Bank,
  gatewayPort: number | null = null,
): Promise<Shop> {
  const post = async <T>(path: string, body: unknown, method = "POST"): Promise<T> =>
    ok(await send<T>(`${url}${path}`, operatorKey, method, { body }));
  const names = { zh: "回音咖啡", en: "Echo Coffee" };
  const form = { names, mcc: "5814", region: "310106", fees: { alipay: 38 } };
  const { id: merchantId } = await post<{ id: string }>("/v1/merchants", form);
  const address = "上海市静安区南京西路 1266 号";
  const { id: storeId } = await post<{ id: string }>(`/v1/merchants/${merchantId}/stores`, {
    ...{ no: "S0001", names, address },
  });
  const { appId, sellerId, privateKeyPem, alipayPublicKeyPem } = credentials;
  const gateway = new URL(credentials.gatewayUrl);
  if (gatewayPort !== null) gateway.port = String(gatewayPort);
  const config = { appId, sellerId, privateKeyPem, alipayPublicKeyPem, gatewayUrl: gateway.href };
  const account = { config, reason: "初次配置" };
  await post(`/v1/merchants/${merchantId}/channel-accounts/alipay`, account, "PUT");
  const { key } = await post<{ key: string }>("/v1/credentials", { name: "收银", merchantId });
  return { merchantId, storeId, merchantKey: key };
}
