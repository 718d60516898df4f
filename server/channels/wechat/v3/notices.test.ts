// The sealed part of a notice: opened whole, or not at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { wechat } from "../client.ts";
import { chargeRequest, platformKeys, publicKeyId, v3KeyAccount } from "../testing/accounts.ts";
import { noon } from "../testing/keys.ts";
import { noticeBody, readNotice } from "./notices.ts";
import { signedHeaders } from "./signing.ts";

const order = {
  ...{ appid: v3KeyAccount["appId"], mchid: v3KeyAccount["mchId"] },
  ...{ out_trade_no: chargeRequest.channelOrderNo, transaction_id: "4200001", trade_state: "SUCCESS" },
  ...{ trade_type: "NATIVE", bank_type: "CFT", success_time: "2026-03-01T12:00:03+08:00" },
  amount: { total: 1250, payer_total: 1250, currency: "CNY" },
};
const apiV3Key = v3KeyAccount["apiV3Key"] ?? "";
const notice = { id: "EV-1", createdAt: noon, eventType: "TRANSACTION.SUCCESS", summary: "通知" } as const;

/** A stream cipher: one bit of the sealed text is the same bit of what it opens to, 1250 becomes 9250. */
function withOneByteAltered(body: string): string {
  const envelope = JSON.parse(body) as { resource: { ciphertext: string } };
  const bytes = Buffer.from(envelope.resource.ciphertext, "base64");
  const at = JSON.stringify(order).indexOf('"total":1250') + '"total":'.length;
  bytes[at] = (bytes[at] ?? 0) ^ 0x31 ^ 0x39;
  envelope.resource.ciphertext = bytes.toString("base64");
  return JSON.stringify(envelope);
}

test("a notice that says more than was paid, by one altered byte, opens to nothing, however it is signed", async () => {
  const genuine = noticeBody({ ...notice, resource: order }, apiV3Key, "0123456789ab");
  assert.deepEqual(readNotice(genuine, apiV3Key)?.resource.get("out_trade_no"), order.out_trade_no);
  const body = withOneByteAltered(genuine);
  const gateway = { serial: publicKeyId, privateKeyPem: platformKeys.privateKeyPem };
  const headers = new Map(Object.entries(await signedHeaders(gateway, { at: noon, nonce: "n1", body })));
  const reading = await wechat.readCallback(v3KeyAccount, {
    ...{ headers, body: Buffer.from(body), receivedAt: noon },
  });
  assert.equal(reading.kind, "malformed");
});
