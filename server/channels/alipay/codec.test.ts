// The laws of the wire.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  encodeRequest,
  notificationSignText,
  readRequest,
  requestSignText,
  requestSignTextsAccepted,
  sliceAnswer,
} from "./codec.ts";
import { slicedAnswer } from "./slices.ts";
import { fundingSourceOf } from "./funding.ts";
import { topLevelMembers } from "./json.ts";

const text = fc.string({ unit: "binary" });
const name = fc.stringMatching(/^[a-z_]{1,12}$/);
const jsonSpace = fc.stringMatching(/^[ \t\r\n]{0,4}$/);

test("the sign text follows the written rule: sorted, empty values and sign left out, nothing encoded", () => {
  const parameters = new Map([
    ["version", "1.0"],
    ["sign", "xxx"],
    ["app_id", "1"],
    ["notify_url", ""],
    ["biz_content", '{"subject":"咖啡 & 茶=1"}'],
    ["sign_type", "RSA2"],
  ]);
  const expected = 'app_id=1&biz_content={"subject":"咖啡 & 茶=1"}&sign_type=RSA2&version=1.0';
  assert.equal(requestSignText(parameters), expected);
  assert.deepEqual(requestSignTextsAccepted(parameters), [
    expected,
    expected.replace("&sign_type", "&notify_url=&sign_type"),
  ]);
});

test("law: the sign text does not depend on the order of the parameters", () => {
  const entries = fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key });
  const shuffled = entries.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      assert.equal(requestSignText(new Map(one)), requestSignText(new Map(other)));
      assert.equal(notificationSignText(new Map(one), "kept"), notificationSignText(new Map(other), "kept"));
    }),
  );
});

test("law: the slice is the node exactly as sent, whatever white space, nested sign or neighbours it has", () => {
  const nested = fc.dictionary(
    fc.oneof(fc.constant("sign"), fc.constant("error_response"), text),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(
      nested,
      fc.array(jsonSpace, { minLength: 9, maxLength: 9 }),
      text,
      (node, space, signature) => {
        const nodeText = JSON.stringify(node, null, space[0]);
        const [s1, s2, s3, s4, s5, s6, s7, s8] = space.slice(1);
        const body = `${s1}{${s2}"alipay_trade_pay_response"${s3}:${s4}${nodeText}${s5},"alipay_cert_sn":"x",${s6}"sign":${s7}${JSON.stringify(signature)}}${s8}`;
        const slice = sliceAnswer(body, "alipay.trade.pay");
        assert.deepEqual(slice, {
          kind: "answer",
          node: "own",
          text: nodeText,
          startsAt: `${s1}{${s2}"alipay_trade_pay_response"${s3}:${s4}`.length,
          signature: signature === "" ? null : signature,
        });
        const ofBytes = slicedAnswer(Buffer.from(body), "utf-8", "alipay.trade.pay");
        assert.ok(ofBytes.kind === "answer");
        assert.deepEqual([ofBytes.text, ofBytes.certificateSerial], [nodeText, "x"]);
        assert.deepEqual(Buffer.from(ofBytes.bytes), Buffer.from(nodeText));
      },
    ),
  );
});

test("law: any subject arrives at the gateway as it left the client, and under the same sign text", () => {
  fc.assert(
    fc.property(text, fc.webUrl(), (subject, notifyUrl) => {
      const parameters = new Map([
        ["app_id", "1"],
        ["method", "alipay.trade.pay"],
        ["notify_url", notifyUrl],
        ["biz_content", JSON.stringify({ subject })],
        ["sign", "a+b/c=="],
      ]);
      const { url, body } = encodeRequest("http://127.0.0.1/gateway.do", parameters);
      assert.doesNotMatch(url, /biz_content/);
      const reading = readRequest(new URL(url).search.slice(1), body);
      assert.ok(reading.kind === "request");
      assert.deepEqual(new Map([...reading.parameters].toSorted()), new Map([...parameters].toSorted()));
      assert.equal(requestSignText(reading.parameters), requestSignText(parameters));
    }),
  );
});

test("law: no text makes the codec throw, and a slice of it is never something else than part of it", () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('"', "{", "}", "\\", ",", ":", "\u0000", "[", "😀"))
    .map(([json, at, mark]) => {
      const body = `{"alipay_trade_pay_response":${json},"sign":"x"}`;
      return body.slice(0, at % body.length) + mark + body.slice(at % body.length);
    });
  fc.assert(
    fc.property(fc.oneof(text, fc.json(), damaged), (body) => {
      const slice = sliceAnswer(body, "alipay.trade.pay");
      if (slice.kind === "answer") assert.ok(body.includes(slice.text));
      readRequest(body, body);
      fundingSourceOf(body);
    }),
    { numRuns: 1_000 },
  );
});

test("law: whatever JSON.parse reads as an object is cut into the same members", () => {
  fc.assert(
    fc.property(
      fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true }),
      fc.nat({ max: 3 }),
      (object, indent) => {
        const members = topLevelMembers(JSON.stringify(object, null, indent));
        assert.ok(members);
        const read = members.map(({ key, text: raw }) => [key, JSON.parse(raw) as unknown] as const);
        assert.deepEqual(JSON.stringify(read), JSON.stringify(Object.entries(object)));
      },
    ),
  );
});

test("ambiguous or broken answers are refused with a reason", () => {
  for (const [body, problem] of [
    ["", "answer is not a JSON object"],
    ["<html>502</html>", "answer is not a JSON object"],
    ["[".repeat(100_000), "answer is not a JSON object"],
    [`{"alipay_trade_pay_response":${"[".repeat(100_000)}`, "answer is not a JSON object"],
    ['{"alipay_trade_pay_response":{}} {}', "answer is not a JSON object"],
    ['{"sign":"x"}', "answer has no node alipay_trade_pay_response"],
    ['{"alipay_trade_query_response":{},"sign":"x"}', "answer has no node alipay_trade_pay_response"],
    [
      '{"alipay_trade_pay_response":{},"alipay_trade_pay_response":{"code":"10000"},"sign":"x"}',
      "answer has more than one node",
    ],
    ['{"error_response":{},"alipay_trade_pay_response":{},"sign":"x"}', "answer has more than one node"],
  ] as const) {
    assert.deepEqual(
      sliceAnswer(body, "alipay.trade.pay"),
      { kind: "malformed", problem },
      body.slice(0, 80),
    );
  }
});

test("the last top-level sign counts, an error node is told apart, a sign that is no text is none", () => {
  for (const [body, expected] of [
    [
      '{"sign":"a","alipay_trade_pay_response":{"sign":"b"},"sign":"c"}',
      { node: "own", text: '{"sign":"b"}', signature: "c" },
    ],
    [
      '{"error_response":{"code":"40002"},"sign":"s"}',
      { node: "error", text: '{"code":"40002"}', signature: "s" },
    ],
    ['{"error_response":{"code":"40002"}}', { node: "error", text: '{"code":"40002"}', signature: null }],
    ['{"alipay_trade_pay_response":{},"sign":7}', { node: "own", text: "{}", signature: null }],
    ['{"alipay_trade_pay_response":"abc","si\\u0067n":"s"}', { node: "own", text: '"abc"', signature: "s" }],
  ] as const) {
    const startsAt = body.indexOf(`${expected.text}`, body.indexOf("alipay_trade") + 1);
    assert.deepEqual(sliceAnswer(body, "alipay.trade.pay"), { kind: "answer", startsAt, ...expected });
  }
});

test("one parameter with two values is refused, the same value twice is not", () => {
  assert.deepEqual(readRequest("method=a", "method=b"), {
    kind: "malformed",
    problem: "method appears twice",
  });
  assert.deepEqual(readRequest("method=a&method=b", ""), {
    kind: "malformed",
    problem: "method appears twice",
  });
  assert.deepEqual(readRequest("method=a", "method=a&x=1"), {
    kind: "request",
    parameters: new Map([
      ["method", "a"],
      ["x", "1"],
    ]),
  });
});
