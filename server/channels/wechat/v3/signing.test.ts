import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { addSeconds } from "../../../kernel/time.ts";
import { sealed, unsealed } from "../crypto/aead.ts";
import { publicKeyOf, verifyRsa } from "../crypto/rsa.ts";
import { keyPair, noon } from "../testing/keys.ts";
import { readV3Path, v3Call, type V3CallName } from "./routes.ts";
import {
  authorizationOf,
  readAuthorization,
  requestSignText,
  signatureProblem,
  signedHeaders,
  signTestPrefix,
} from "./signing.ts";

const keys = keyPair();
const others = keyPair();
const gateway = { serial: "PUB_KEY_ID_0111", privateKeyPem: keys.privateKeyPem };
const trusted = new Map([
  ["PUB_KEY_ID_0111", publicKeyOf(keys.publicKeyPem)],
  ["5DEA10EF", publicKeyOf(others.publicKeyPem)],
]);
const body = '{"a":"回音"}';
const request = {
  method: "POST",
  pathAndQuery: "/wechat/v3/refund/domestic/refunds",
  timestampSeconds: "1772337600",
  nonce: "n1",
  body,
};

test("an authorization is read as it was made, and verifies over the five lines", async () => {
  const signer = { mchId: "1900000109", serialNo: "5F1C", privateKeyPem: keys.privateKeyPem };
  const read = readAuthorization(await authorizationOf(request, signer));
  assert.ok(read !== null);
  assert.deepEqual(
    [read.mchId, read.serialNo, read.nonce, read.timestampSeconds],
    ["1900000109", "5F1C", "n1", request.timestampSeconds],
  );
  const key = publicKeyOf(keys.publicKeyPem);
  assert.equal(await verifyRsa(requestSignText(request), read.signature, key), true);
  assert.equal(await verifyRsa(requestSignText({ ...request, body: "" }), read.signature, key), false);
});

test("an authorization of another scheme, with a part missing or doubled, is none", () => {
  const good = 'WECHATPAY2-SHA256-RSA2048 mchid="1",nonce_str="2",timestamp="3",serial_no="4",signature="5="';
  assert.ok(readAuthorization(good) !== null);
  assert.ok(readAuthorization(good.replaceAll(",", ", ")) !== null);
  for (const header of [
    "",
    good.replace("WECHATPAY2-SHA256-RSA2048", "Bearer"),
    good.replace('mchid="1",', ""),
    `${good},mchid="6"`,
    good.replace('"5="', "5="),
  ])
    assert.equal(readAuthorization(header), null, header);
});

const problems: ReadonlyArray<readonly [name: string, header: string, value: string, problem: string]> = [
  ["no signature", "wechatpay-signature", "", "unsigned"],
  ["a probe", "wechatpay-signature", `${signTestPrefix}abcd`, "signature probe"],
  ["another signature", "wechatpay-signature", "AAAA", "bad signature"],
  ["no base64", "wechatpay-signature", "*", "bad signature"],
  ["another nonce", "wechatpay-nonce", "n2", "bad signature"],
  ["no nonce", "wechatpay-nonce", "", "bad signature"],
  ["another moment", "wechatpay-timestamp", "1772337601", "bad signature"],
  ["no moment", "wechatpay-timestamp", "", "bad signature"],
  ["a moment that is no number", "wechatpay-timestamp", "1772337600.5", "bad signature"],
  ["the serial of another key of theirs", "wechatpay-serial", "5DEA10EF", "bad signature"],
  ["a serial that nobody named", "wechatpay-serial", "PUB_KEY_ID_0112", "unknown serial"],
  ["no serial", "wechatpay-serial", "", "unknown serial"],
];
for (const [name, header, value, problem] of problems)
  test(`${name} is not trusted: ${problem}`, async () => {
    const headers = new Map(Object.entries(await signedHeaders(gateway, { at: noon, nonce: "n1", body })));
    headers.set(header, value);
    assert.equal(await signatureProblem({ headers, body: Buffer.from(body) }, trusted, noon), problem);
  });

test("a message is trusted within five minutes of its moment, on either side, and not later", async () => {
  const headers = new Map(Object.entries(await signedHeaders(gateway, { at: noon, nonce: "n1", body })));
  const at = (seconds: number) =>
    signatureProblem({ headers, body: Buffer.from(body) }, trusted, addSeconds(noon, seconds));
  for (const seconds of [-300, 0, 300]) assert.equal(await at(seconds), null, String(seconds));
  for (const seconds of [-301, 301]) assert.equal(await at(seconds), "clock differs", String(seconds));
});

test("an empty answer is signed like any other, and a body with another byte is not", async () => {
  const headers = new Map(Object.entries(await signedHeaders(gateway, { at: noon, nonce: "n1", body: "" })));
  assert.equal(await signatureProblem({ headers, body: Buffer.from("") }, trusted, noon), null);
  assert.equal(await signatureProblem({ headers, body: Buffer.from(" ") }, trusted, noon), "bad signature");
});

test("law: a sealed text opens as itself, and with any byte, nonce, key or label altered not at all", () => {
  const key = fc.stringMatching(/^[0-9A-Za-z]{32}$/);
  const label = fc.constantFrom("", "certificate", "transaction");
  fc.assert(
    fc.property(
      fc.string({ unit: "binary-ascii" }),
      key,
      label,
      fc.nat(),
      (text, apiV3Key, associatedData, at) => {
        const box = sealed(text, apiV3Key, { nonce: "0123456789ab", associatedData });
        assert.equal(unsealed(box, apiV3Key), text);
        const bytes = Buffer.from(box.ciphertext, "base64");
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << (at % 8));
        assert.equal(unsealed({ ...box, ciphertext: bytes.toString("base64") }, apiV3Key), null);
        assert.equal(unsealed({ ...box, nonce: "0123456789ac" }, apiV3Key), null);
        assert.equal(unsealed({ ...box, associatedData: `${associatedData}x` }, apiV3Key), null);
        const otherKey = `${apiV3Key.slice(1)}${apiV3Key.startsWith("a") ? "b" : "a"}`;
        if (otherKey !== apiV3Key) assert.equal(unsealed(box, otherKey), null);
        assert.equal(unsealed({ ...box, ciphertext: box.ciphertext.slice(0, -4) }, apiV3Key), null);
      },
    ),
  );
});

test("a key of another length is named, not guessed", () => {
  assert.throws(() => sealed("a", "short", { nonce: "0123456789ab", associatedData: "" }), /32 bytes/);
});

test("every call is found again by its address, for a merchant and for a service provider", () => {
  const names: readonly V3CallName[] = ["codepay", "native", "jsapi", "query", "close", "reverse"];
  for (const party of ["direct", "partner"] as const)
    for (const name of names) {
      const { method, path } = v3Call(name, party, "order_1");
      const placed = name === "codepay" || name === "native" || name === "jsapi";
      const expected = { name, method, party, number: placed ? "" : "order_1", transactionId: "" };
      assert.deepEqual(readV3Path(method, path), expected);
      assert.equal(readV3Path(method === "GET" ? "POST" : "GET", path), null);
    }
  for (const [name, number] of [
    ["refund", ""],
    ["refundQuery", "r|1"],
    ["certificates", ""],
    ["tradebill", ""],
  ] as const) {
    const { method, path } = v3Call(name, "direct", number);
    assert.deepEqual(readV3Path(method, path), { name, method, party: "direct", number, transactionId: "" });
  }
  assert.deepEqual(readV3Path("GET", "/v3/pay/transactions/id/4200001"), {
    ...{ name: "query", method: "GET", party: "direct", number: "", transactionId: "4200001" },
  });
  for (const path of ["/v3/pay/transactions/id/1/close", "/v3/pay/transactions/out-trade-no/%", "/v3/x", ""])
    for (const method of ["GET", "POST"]) assert.equal(readV3Path(method, path), null, path);
});
