// The client against a gateway that really verifies and signs: golden answers, what goes out, what is never believed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import type { ChargeOutcome, CancelOutcome, QueryOutcome, Reply, Transport, WireRequest } from "../port.ts";
import { alipay } from "./client.ts";
import { answerBody, requestSignText, readRequest, responseNodeName } from "./codec.ts";
import {
  account,
  alipayKeys,
  appKeys,
  chargeRequest,
  gateway,
  ioWith,
  keyPair,
  replying,
} from "./fixtures.ts";
import { signText, verifyText } from "./signing.ts";

type Example = Readonly<{
  name: string;
  operation: Operation;
  node: string;
  expect: Readonly<Record<string, unknown>>;
}>;
type Operation = "charge" | "query" | "cancel";

const golden = (name: string): string => readFileSync(new URL(`golden/${name}`, import.meta.url), "utf8");
const examples = JSON.parse(golden("answers.json")) as readonly Example[];

const paidNode = examples[0]?.node ?? "";
const declinedNode =
  '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.BUYER_BALANCE_NOT_ENOUGH","sub_msg":"买家余额不足"}';

for (const { name, operation, node, expect } of examples) {
  test(name, async () => {
    const { outcome, exchange } = await called(
      operation,
      gateway(() => node),
    );
    assert.deepEqual(flat(outcome, expect), expect);
    assert.equal(exchange.operation, operation);
    assert.equal(exchange.httpStatus, 200);
  });
}

test("a pay request goes out byte for byte as written down", async () => {
  const sent = await sentBy("charge");
  const [url, signText, body] = golden("pay.request.txt").trimEnd().split("\n\n");
  const reading = readRequest(new URL(sent.url).search.slice(1), sent.body);
  assert.ok(reading.kind === "request");
  const sign = reading.parameters.get("sign") ?? "";
  assert.equal(sent.url.replace(encodeURIComponent(sign), "<sign>"), url);
  assert.equal(requestSignText(reading.parameters), signText);
  assert.equal(sent.body, body);
  assert.equal(sent.timeoutMs, alipay.manifest.timetable.replyTimeoutMs);
  assert.equal(await verifyText(signText ?? "", sign, appKeys.publicKeyPem), true);
});

test("a face or sound code goes out as a security code, an absent store not at all", async () => {
  const payerCode = `fp${"a".repeat(35)}`;
  const sent = await sentBy("charge", { payerCode, storeNo: null, terminalNo: null });
  const content = JSON.parse(new URLSearchParams(sent.body).get("biz_content") ?? "") as Record<
    string,
    unknown
  >;
  assert.equal(content["scene"], "security_code");
  assert.equal("store_id" in content || "terminal_id" in content, false);
});

test("after an unclear send a decline is unknown, a success still a success", async () => {
  const again = { ...chargeRequest, sendHistory: "afterUnclear" } as const;
  const declined = await alipay.charge(ioWith(gateway(() => declinedNode)), account, again);
  assert.ok(declined.outcome.kind === "unknown");
  assert.equal(declined.outcome.reason, "refused after an earlier unclear send");
  assert.equal(declined.outcome.words?.code, "ACQ.BUYER_BALANCE_NOT_ENOUGH");
  const paid = await alipay.charge(ioWith(gateway(() => paidNode)), account, again);
  assert.equal(paid.outcome.kind, "succeeded");
});

const failure = (name: string, code?: string): Error =>
  Object.assign(new Error("the request failed"), { name, code });

// what happens on the way → problem named
for (const [what, transport, problem] of [
  ["a timeout", rejecting(failure("TimeoutError")), "timeout"],
  [
    "a refused connection",
    rejecting(new TypeError("the request failed", { cause: failure("Error", "ECONNREFUSED") })),
    "connection refused",
  ],
  [
    "a reset connection",
    rejecting(new TypeError("the request failed", { cause: failure("Error", "ECONNRESET") })),
    "connection reset",
  ],
  ["an unknown host", rejecting(failure("Error", "ENOTFOUND")), "host not found"],
  ["an unheard-of error", rejecting(new Error("at http://a/?sign=x\nsecond line")), "Error: at <url>"],
  ["a rejection without an error", rejecting("boom"), "failure without description"],
  ["HTTP 502", replying("<html>Bad Gateway</html>", 502), "HTTP status 502"],
  ["an HTML page", replying("<html>登录</html>"), "answer is not a JSON object"],
  ["an empty body", replying(""), "answer is not a JSON object"],
  [
    "an unsigned success",
    replying(answerBody(responseNodeName("alipay.trade.pay"), paidNode, null)),
    "answer without signature",
  ],
  [
    "an unsigned decline",
    replying(answerBody(responseNodeName("alipay.trade.pay"), declinedNode, null)),
    "answer without signature",
  ],
  [
    "an unsigned gateway error",
    replying(answerBody("error_response", '{"code":"40002","sub_code":"isv.invalid-signature"}', null)),
    "answer without signature",
  ],
  [
    "a signature of nonsense",
    replying(answerBody(responseNodeName("alipay.trade.pay"), declinedNode, "bm9uc2Vuc2U=")),
    "bad signature",
  ],
] as ReadonlyArray<readonly [string, Transport, string]>) {
  test(`${what} is unknown, and named`, async () => {
    for (const operation of ["charge", "query", "cancel"] as const) {
      const { outcome, exchange } = await called(operation, transport);
      assert.ok(outcome.kind === "unknown");
      assert.equal(outcome.words, null);
      if (operation === "charge") assert.equal(outcome.reason, problem);
      if (operation === "charge") assert.equal(exchange.problem, problem);
      assert.equal(exchange.receivedAt === null, exchange.httpStatus === null);
    }
  });
}

test("a genuine signature by a stranger, or over one character less, is a bad signature", async () => {
  const strangers = keyPair();
  for (const sign of [
    await signText(paidNode, strangers.privateKeyPem),
    await signText(paidNode.replace("12.50", "12.5"), alipayKeys.privateKeyPem),
    await signText(JSON.stringify(JSON.parse(paidNode)), alipayKeys.privateKeyPem),
  ]) {
    const body = answerBody(responseNodeName("alipay.trade.pay"), paidNode, sign);
    const { outcome } = await called("charge", replying(body));
    assert.ok(outcome.kind === "unknown");
    assert.equal(outcome.reason, "bad signature");
  }
});

test("a signed gateway error in an error node is a documented refusal; one that claims success is not", async () => {
  for (const [node, kind] of [
    ['{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.invalid-app-id","sub_msg":"x"}', "declined"],
    ['{"code":"20000","msg":"Service Currently Unavailable","sub_code":"isp.unknow-error"}', "unknown"],
    [paidNode, "unknown"],
  ] as const) {
    const body = answerBody("error_response", node, await signText(node, alipayKeys.privateKeyPem));
    assert.equal((await called("charge", replying(body))).outcome.kind, kind);
  }
});

test("an account with missing or broken keys is an unknown outcome, never an exception", async () => {
  for (const [key, value, problem] of [
    ["privateKeyPem", "", /Error/],
    ["privateKeyPem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", /Error/],
    ["alipayPublicKeyPem", "", /^signature could not be checked/],
    ["alipayPublicKeyPem", appKeys.privateKeyPem, /^signature could not be checked.*private key/],
    ["alipayPublicKeyPem", appKeys.publicKeyPem, /^bad signature$/],
  ] as const) {
    const io = ioWith(gateway(() => paidNode));
    const { outcome, exchange } = await alipay.charge(io, { ...account, [key]: value }, chargeRequest);
    assert.equal(outcome.kind, "unknown", key);
    assert.match(exchange.problem ?? "", problem);
  }
});

test("an exchange keeps evidence without payer code, payer identity, keys or whole signatures", async () => {
  const replies: readonly Transport[] = [
    gateway(() => paidNode),
    replying(`{"auth_code":"${chargeRequest.payerCode}"}`),
  ];
  for (const transport of replies) {
    const { exchange } = await called("charge", transport);
    const kept = JSON.stringify(exchange);
    for (const secret of [chargeRequest.payerCode, "2088102146225135", "PRIVATE KEY", "PUBLIC KEY"]) {
      assert.equal(kept.includes(secret), false, secret);
    }
    assert.match(kept, /"auth_code":"28\*\*\*\*1234"/);
    assert.match(kept, /"out_trade_no":"00000001order1"/);
  }
});

test("law: whatever a gateway sends, the client answers unknown and never throws", async () => {
  const status = fc.constantFrom(200, 204, 302, 500);
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.json()), status, async (body, httpStatus) => {
      const { outcome, exchange } = await called("charge", replying(body, httpStatus));
      assert.equal(outcome.kind, "unknown");
      JSON.stringify(exchange);
    }),
    { numRuns: 50 },
  );
});

// code → ours?
for (const [payerCode, ours] of [
  ["2512345678901234", true],
  ["281234567890123456", true],
  ["301234567890123456789012", true],
  [`fp${"x".repeat(35)}`, true],
  ["251234567890123", false],
  ["3012345678901234567890123", false],
  ["241234567890123456", false],
  ["311234567890123456", false],
  ["131234567890123456", false],
  ["6212345678901234567", false],
  ["0112345678901234567", false],
  [`fp${"x".repeat(34)}`, false],
  ["28123456789012345a", false],
  ["281234567890123456\n", false],
  ["２８1234567890123456", false],
  ["", false],
] as const) {
  test(`${JSON.stringify(payerCode)} ${ours ? "is" : "is not"} an Alipay payer code`, () => {
    assert.equal(alipay.recognises(payerCode), ours);
  });
}

test("the fields of the set-up form accept the account they describe", () => {
  const ofCertificates = alipay.manifest.configModes.find(({ code }) => code === "certificate");
  for (const { key, pattern } of alipay.manifest.configFields) {
    if (!ofCertificates?.fields.includes(key))
      assert.match(account[key] ?? "", new RegExp(pattern, "u"), key);
    const empty = ["appAuthToken", "aesKey", "encryptedAnswerSigning", "charset"].includes(key) ? [] : [""];
    for (const bad of [...empty, " ", "javascript:alert(1)", "http://example.com/gateway.do"]) {
      assert.doesNotMatch(bad, new RegExp(pattern, "u"), key);
    }
  }
});

function called(
  operation: Operation,
  transport: Transport,
): Promise<Reply<ChargeOutcome | QueryOutcome | CancelOutcome>> {
  const io = ioWith(transport);
  if (operation === "charge") return alipay.charge(io, account, chargeRequest);
  return operation === "query"
    ? alipay.query(io, account, chargeRequest)
    : alipay.cancel(io, account, chargeRequest);
}

async function sentBy(
  operation: Operation,
  overrides: Partial<typeof chargeRequest> = {},
): Promise<WireRequest> {
  const sent: WireRequest[] = [];
  const io = ioWith((request) => {
    sent.push(request);
    return Promise.reject(failure("TimeoutError"));
  });
  if (operation === "charge") await alipay.charge(io, account, { ...chargeRequest, ...overrides });
  assert.equal(sent.length, 1);
  return sent[0] as WireRequest;
}

function rejecting(reason: unknown): Transport {
  return () => Promise.reject(reason as Error);
}

/** The members of an outcome that the example names, as plain JSON values. */
function flat(
  outcome: ChargeOutcome | QueryOutcome | CancelOutcome,
  expect: Readonly<Record<string, unknown>>,
) {
  const all = new Map<string, unknown>(Object.entries(outcome));
  if ("amount" in outcome) all.set("fen", Number(outcome.amount.minor));
  if ("paidAt" in outcome) all.set("paidAt", outcome.paidAt.toISOString());
  if ("words" in outcome && outcome.words)
    all.set("code", outcome.words.code).set("message", outcome.words.message);
  return Object.fromEntries(Object.keys(expect).map((key) => [key, all.get(key)]));
}
