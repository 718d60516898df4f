// What printed codes need of merchants and payments, asked of these modules.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import type { Channel } from "../../channels/port.ts";
import { assert } from "../../kernel/assert.ts";
import { success, type Result } from "../../kernel/result.ts";
import type { MerchantDirectory } from "../merchants/index.ts";
import type { Payments } from "../payments/index.ts";
import { earlierPayment, type EarlierDeps } from "./earlier.ts";
import type { PayPage, StoreCodeDeps, WantedPayment } from "./service.ts";

/** A code is made at once or not at all: how long the page waits for the channel. */
const waitSeconds = 10;
/** Stands for the credential where somebody whom nobody knows pays at a printed code. */
const credentialId = "printed code";

/** The needs of printed codes, met by the merchants’ directory, the installed channels and the payments module. */
export function storeCodeDeps(
  around: Pick<StoreCodeDeps, "pg" | "world" | "randomBytes" | "publicUrl" | "vault" | "pages"> & EarlierDeps,
  directory: Pick<MerchantDirectory, "merchantProfile" | "channelAccount">,
  channels: ReadonlyMap<ChannelCode, Channel>,
  payments: Pick<Payments, "createCode">,
): StoreCodeDeps {
  return {
    ...around,
    shopOf: async ({ merchantId, storeId }) => {
      const merchant = await directory.merchantProfile(merchantId);
      const store = merchant?.stores.find(({ id }) => id === storeId);
      return merchant && store ? { merchantNames: merchant.names, storeNames: store.names } : null;
    },
    walletsOf: async (merchantId) => {
      const offering = [...channels.values()].filter(({ manifest }) => manifest.offers.shownCodes === "yes");
      const codes = offering.map(({ manifest }) => manifest.code);
      const accounts = await Promise.all(codes.map((code) => directory.channelAccount(merchantId, code)));
      return codes.filter((_, index) => accounts[index] !== null);
    },
    createPayment: (wanted) => createPayment(payments, wanted),
    earlierPayment: (key) => earlierPayment(around, key),
  };
}

async function createPayment(
  payments: Pick<Payments, "createCode">,
  { merchantId, storeId, amount, channel, idempotencyKey, payer }: WantedPayment,
): Promise<Result<PayPage>> {
  const page = payer && { payerId: payer.payerId, route: payer.route, audience: payer.audience };
  const answer = await payments.createCode({
    ...(page && { page }),
    principal: { role: "merchant", merchantId, credentialId },
    idempotencyKey,
    body: { amount: Number(amount.minor), storeId, method: channel },
    waitSeconds,
  });
  if (!answer.ok) return answer;
  const payment = JSON.parse(answer.value.body) as Payment;
  const url = payment.code?.url ?? null;
  assert(url !== null || payer !== undefined, `${payment.id}: made without a code`);
  return success({ paymentId: payment.id, url, expiresAt: new Date(payment.expiresAt) });
}
