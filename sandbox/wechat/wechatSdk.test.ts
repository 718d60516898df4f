// An independent client of WeChat Pay, pointed at the sandbox with nothing but what the sandbox hands out: v2, and v3 with
// the platform’s certificates and with its public key.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { Aes, Formatter, Hash, Rsa, Transformer, Wechatpay } from "wechatpay-axios-plugin";
import { testSandbox, type TestSandbox } from "../fixtures.ts";
import { serialIn } from "./keys.ts";

// The client makes its calls of whatever is asked of it, so no type knows them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Any = any;

let made: TestSandbox;
let account: Any;
let wallet: string;

before(async () => {
  made = await testSandbox();
  await made.control("POST", "/control/merchants", { channel: "wechat", name: "回音咖啡" });
  account = (await made.control("GET", "/control/credentials/wechat")).body;
  wallet = (await made.control("GET", "/control/wallets?channel=wechat")).body.items[0].id;
});
after(() => made[Symbol.asyncDispose]());

const payerCode = async (): Promise<string> =>
  (await made.control("POST", `/control/wallets/${wallet}/payer-code`)).body.code;
const scanAndPay = async (codeUrl: string): Promise<void> => {
  await made.control("POST", `/control/wallets/${wallet}/scans`, { codeUrl });
  await made.control("POST", `/control/wallets/${wallet}/approvals`, { password: "123456" });
};

type Mode = "certificate" | "publicKey";

function trustIn(mode: Mode): Readonly<Record<string, string>> {
  const { v3Certificate, v3PublicKey } = account.accounts;
  if (mode === "publicKey") return { [v3PublicKey.platformPublicKeyId]: v3PublicKey.platformPublicKeyPem };
  const pem = v3Certificate.platformCertificatesPem;
  return { [serialIn(pem)]: pem };
}

/** In a box of its own: whatever is asked of this client is a call, and so would be the `then` of an await. */
async function clientOf(mode: Mode): Promise<Readonly<{ client: Any }>> {
  // This client names no key in its requests: the merchant’s account says which one answers come under.
  await made.control("PATCH", `/control/merchants/${account.appId}`, { verifyBy: mode });
  const client = new Wechatpay({
    ...{ baseURL: `${account.gatewayUrl}/`, mchid: account.mchId, serial: account.merchantSerialNo },
    ...{ privateKey: account.merchantPrivateKeyPem, certs: trustIn(mode), secret: account.apiKeyV2 },
    merchant: { cert: account.clientCertificatePem, key: account.clientPrivateKeyPem },
  });
  return { client };
}

/** A merchant’s callback address that keeps what comes, with its headers, and answers what it is told to. */
async function callbackSite(answer: string) {
  const received: Array<{ headers: Readonly<Record<string, unknown>>; body: string }> = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => (received.push({ headers: request.headers, body }), response.end(answer)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails must not wait for whoever still may call.
  server.unref();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  return { url, received, stop: () => (server.closeAllConnections(), server.close()) };
}

const delivered = async (): Promise<void> => {
  const world = made.sandbox.worlds.find(({ network }) => network === "wechat")?.world;
  for (let look = 0; look < 200 && (world?.pendingNotifications().length ?? 0) > 0; look += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(world?.pendingNotifications(), []);
};
const nextMorning = async (): Promise<string> => {
  const { body } = await made.control("GET", "/control/clock");
  const today = new Date(Date.parse(body.now) + 8 * 3_600_000).toISOString().slice(0, 10);
  await made.control("POST", "/control/clock", { advanceSeconds: 36 * 3_600 });
  return today;
};

for (const mode of ["certificate", "publicKey"] as const) {
  test(`v3 by ${mode}: a code is drawn, paid and told of; parts go back; the bill agrees with its hash`, async () => {
    const { client } = await clientOf(mode);
    const site = await callbackSite("");
    // Lower case: this client writes whatever it is asked for in lower case.
    const out = `sdk${mode.toLowerCase()}1`;
    const who = { appid: account.appId, mchid: account.mchId };
    const amount = { total: 1250, currency: "CNY" };
    const order = { ...who, description: "拿铁", out_trade_no: out, notify_url: site.url, amount };
    const { data: code } = await client.v3.pay.transactions.native.post(order);
    assert.match(code.code_url, /^weixin:\/\/wxpay\/bizpayurl\?pr=/);
    const query = async () =>
      (await client.v3.pay.transactions.outTradeNo[out].get({ params: { mchid: account.mchId } })).data;
    assert.equal((await query()).trade_state, "NOTPAY");
    await scanAndPay(code.code_url);
    const paid = await query();
    assert.deepEqual([paid.trade_state, paid.trade_type, paid.amount.total], ["SUCCESS", "NATIVE", 1250]);
    await delivered();
    checkNotice(site.received[0], mode, { type: "TRANSACTION.SUCCESS", transactionId: paid.transaction_id });

    const refund = { out_trade_no: out, out_refund_no: `${out}r`, notify_url: site.url };
    const part = { ...refund, amount: { refund: 500, total: 1250, currency: "CNY" } };
    const { data: taken } = await client.v3.refund.domestic.refunds.post(part);
    assert.equal(taken.status, "PROCESSING");
    await made.control("POST", "/control/clock", { advanceSeconds: 5 });
    const { data: arrived } = await client.v3.refund.domestic.refunds[`${out}r`].get();
    assert.deepEqual([arrived.status, arrived.amount.refund], ["SUCCESS", 500]);
    await delivered();
    checkNotice(site.received[1], mode, { type: "REFUND.SUCCESS", transactionId: paid.transaction_id });
    site.stop();

    const day = await nextMorning();
    const { data: bill } = await client.v3.bill.tradebill.get({
      params: { bill_date: day, bill_type: "ALL" },
    });
    const params = Object.fromEntries(new URL(bill.download_url).searchParams);
    const options = { params, responseType: "arraybuffer", transformResponse: [] };
    const { data: file } = await client.v3.billdownload.file.get(options);
    assert.equal(createHash("sha1").update(file).digest("hex"), bill.hash_value);
    const text = Buffer.from(file).toString("utf8");
    assert.ok(text.startsWith("\uFEFF交易时间,") && text.includes(`,\`${out},`), text);
  });
}

type Told = Readonly<{ type: string; transactionId: string }>;

function checkNotice(notice: Any, mode: Mode, told: Told): void {
  assert.ok(notice, "no notification came");
  const { headers, body } = notice;
  const serial = headers["wechatpay-serial"];
  const key = Rsa.from(trustIn(mode)[serial] ?? "", Rsa.KEY_TYPE_PUBLIC);
  const signed = Formatter.response(headers["wechatpay-timestamp"], headers["wechatpay-nonce"], body);
  assert.equal(Rsa.verify(signed, headers["wechatpay-signature"], key), true);
  const { event_type, resource } = JSON.parse(body);
  assert.equal(event_type, told.type);
  const { ciphertext, nonce, associated_data } = resource;
  const opened = JSON.parse(Aes.AesGcm.decrypt(ciphertext, account.apiV3Key, nonce, associated_data));
  assert.equal(opened.transaction_id, told.transactionId);
}

test("v3: the platform’s certificates are downloaded, opened, and are those that answers come under", async () => {
  const { client } = await clientOf("certificate");
  const { data } = await client.v3.certificates.get();
  const [{ serial_no, encrypt_certificate }] = data.data;
  const { ciphertext, nonce, associated_data } = encrypt_certificate;
  const pem = Aes.AesGcm.decrypt(ciphertext, account.apiV3Key, nonce, associated_data);
  assert.deepEqual(trustIn("certificate"), { [serial_no]: pem });
});

test("v3: a client with another’s key is refused, and one that trusts another key accepts nothing", async () => {
  const strange = { privateKey: account.merchantPrivateKeyPem, certs: trustIn("publicKey") };
  await made.control("PATCH", `/control/merchants/${account.appId}`, { verifyBy: "certificate" });
  const base = { baseURL: `${account.gatewayUrl}/`, mchid: account.mchId };
  const client: Any = new Wechatpay({ ...base, serial: account.merchantSerialNo, ...strange });
  await assert.rejects(client.v3.certificates.get(), /Cannot found the serial/);
  const nobody: Any = new Wechatpay({ ...base, serial: "0".repeat(32), ...strange });
  await assert.rejects(nobody.v3.certificates.get(), (error: Any) => error.response.status === 401);
});

describe("v2", () => {
  const signed = (fields: Readonly<Record<string, string>>) => ({
    ...{ appid: account.appId, mch_id: account.mchId, nonce_str: Formatter.nonce(), ...fields },
  });
  const out = "sdkv2";

  test("a payer’s code pays, the query agrees, a part goes back, the refund query and the bill say so", async () => {
    const { client } = await clientOf("certificate");
    const { data: paid } = await client.v2.pay.micropay.post(
      signed({
        ...{ body: "拿铁", out_trade_no: out, total_fee: "1250", spbill_create_ip: "127.0.0.1" },
        auth_code: await payerCode(),
      }),
    );
    assert.deepEqual([paid.result_code, paid.trade_type, paid.total_fee], ["SUCCESS", "MICROPAY", "1250"]);
    assert.equal(Hash.sign("MD5", withoutSign(paid), account.apiKeyV2), paid.sign);
    const { data: found } = await client.v2.pay.orderquery.post(signed({ out_trade_no: out }));
    assert.deepEqual([found.trade_state, found.transaction_id], ["SUCCESS", paid.transaction_id]);
    const site = await callbackSite(Transformer.toXml({ return_code: "SUCCESS", return_msg: "OK" }));
    const numbers = { out_trade_no: out, out_refund_no: `${out}r`, notify_url: site.url };
    const part = signed({ ...numbers, total_fee: "1250", refund_fee: "500" });
    const { data: taken } = await client.v2.secapi.pay.refund.post(part);
    assert.deepEqual([taken.result_code, taken.refund_fee], ["SUCCESS", "500"]);
    await made.control("POST", "/control/clock", { advanceSeconds: 5 });
    const { data: asked } = await client.v2.pay.refundquery.post(signed({ out_refund_no: `${out}r` }));
    assert.deepEqual([asked.refund_status_0, asked.refund_fee_0], ["SUCCESS", "500"]);
    await delivered();
    const told = Transformer.toObject(site.received[0]?.body ?? "") as Any;
    const key = Hash.md5(account.apiKeyV2);
    const inner = Transformer.toObject(Aes.AesEcb.decrypt(told.req_info, key)) as Any;
    assert.deepEqual([inner.out_refund_no, inner.refund_status], [`${out}r`, "SUCCESS"]);
    site.stop();
    const bill = signed({ bill_date: (await nextMorning()).replaceAll("-", ""), bill_type: "ALL" });
    const { data: text } = await client.v2.pay.downloadbill.post(bill, {
      transformResponse: [],
      responseType: "text",
    });
    assert.ok(text.includes(`,\`${out},`) && text.includes("`-0.03000"), text);
  });

  test("a wrong key is refused at the door", async () => {
    const client: Any = new Wechatpay({
      ...{ baseURL: `${account.gatewayUrl}/`, mchid: account.mchId, serial: account.merchantSerialNo },
      ...{ privateKey: account.merchantPrivateKeyPem, certs: trustIn("certificate") },
      secret: "f".repeat(32),
    });
    await assert.rejects(client.v2.pay.orderquery.post(signed({ out_trade_no: out })), (error: Any) => {
      return error.response.data.return_msg === "签名错误";
    });
  });
});

function withoutSign(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== "sign"));
}
