// Holds the code table against the list written by hand from UnionPay’s document, in both directions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { RetryAdvice } from "../port.ts";
import { outcomeOfCharge, outcomeOfQuery, outcomeOfReversal } from "./answers.ts";
import { listedCodes, meaningOf, outcomeOf, verdictOf } from "./codes.ts";
import { uses, type CodeOutcome, type Use } from "./codes/row.ts";
import { orderName, refundName } from "./contents.ts";
import { account, chargeRequest, noon, noonText, refundRequest } from "./fixtures.ts";
import { outcomeOfRefund, outcomeOfRefundQuery } from "./refundAnswers.ts";
import type { Answer } from "./wire.ts";

const columns: readonly Use[] = ["charge", "payment", "reversal", "refund", "refundFate", "query", "file"];
const outcomeWords = new Map<string, readonly CodeOutcome[]>([
  ["done", ["done"]],
  // A follow-up is refused, a request is declined: one word for “nothing was done, for good”.
  ["no", ["declined", "refused"]],
  ["open", ["open"]],
  ["undone", ["undone"]],
  ["none", ["notFound"]],
  ["retry", ["retry"]],
  ["twice", ["sentBefore"]],
  ["·", ["unknown"]],
]);
const retryWords = new Map<string, RetryAdvice>([
  ["Q", "queryFirst"],
  ["new", "newOrder"],
  ["code", "newPayerCode"],
  ["no", "never"],
  ["later", "later"],
  ["fix", "afterFix"],
]);
const actors = new Map([
  ["P", "payer"],
  ["B", "bank"],
  ["M", "merchant"],
  ["Q", "acquirer"],
  ["A", "platform"],
  ["L", "channel"],
]);

type Expectation = Readonly<{ code: string; blame: string; retry: string; words: readonly string[] }>;

const expectations = readFileSync(new URL("golden/codes.expected.md", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => /^\| [0-9A]/.test(line))
  .flatMap((line): Expectation[] => {
    const [codes = "", blame = "", retry = "", ...words] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    return codes.split(", ").map((code) => ({ code, blame, retry, words }));
  });

for (const { code, blame, retry, words } of expectations) {
  test(`${code} means what UnionPay’s list says, wherever it stands`, () => {
    const meaning = meaningOf(code);
    assert.ok(meaning);
    assert.equal(words.length, uses.length);
    for (const [index, use] of columns.entries()) {
      const allowed = outcomeWords.get(words[index] ?? "");
      assert.ok(allowed?.includes(outcomeOf(use, code)), `${use}: ${outcomeOf(use, code)}`);
    }
    assert.equal(meaning.retry, retryWords.get(retry));
    const named = blame === "–" ? [] : blame.split(" ").map((letter) => actors.get(letter));
    assert.deepEqual(meaning.blame, named);
    assert.match(meaning.zh, /\p{Script=Han}/u);
    for (const hint of meaning.causeHints) assert.match(hint, /^C-[A-Z]{1,3}-\d{2}$/);
  });

  test(`${code} is read so on the wire, and after an unclear send it is no refusal`, () => {
    const word = new Map(columns.map((use, index) => [use, words[index] ?? ""]));
    const charge = (history: "first" | "afterUnclear") =>
      outcomeOfCharge(
        paymentAnswer({ respCode: code }),
        { ...expected, amount: chargeRequest.amount },
        history,
      ).kind;
    const refund = (history: "first" | "afterUnclear") =>
      outcomeOfRefund(refundAnswer({ respCode: code }), refundExpected, history).kind;
    assert.equal(
      charge("first"),
      { done: "succeeded", no: "declined", open: "pending" }[word.get("charge") ?? ""] ?? "unknown",
    );
    assert.equal(
      charge("afterUnclear"),
      { done: "succeeded", open: "pending" }[word.get("charge") ?? ""] ?? "unknown",
    );
    assert.equal(
      refund("first"),
      { no: "declined", open: "processing" }[word.get("refund") ?? ""] ?? "unknown",
    );
    assert.equal(
      refund("afterUnclear"),
      { open: "processing", twice: "processing" }[word.get("refund") ?? ""] ?? "unknown",
    );
    const fate = outcomeOfQuery(paymentAnswer({ respCode: "00", origRespCode: code }), expected);
    const fates = { done: "succeeded", no: "closed", undone: "closed", open: "pending" };
    assert.equal(fate.kind, fates[(word.get("payment") ?? "") as keyof typeof fates] ?? "unknown");
    if (fate.kind === "closed")
      assert.equal(fate.everPaid, word.get("payment") === "undone" ? "unstated" : "no");
    const own = outcomeOfQuery(paymentAnswer({ respCode: code, origRespCode: "00" }), expected);
    const owns = { done: "succeeded", none: "notFound" };
    assert.equal(own.kind, owns[(word.get("query") ?? "") as keyof typeof owns] ?? "unknown");
    const reversal = outcomeOfReversal(paymentAnswer({ respCode: code }), expected);
    const reversals = {
      done: "cancelled",
      undone: "cancelled",
      none: "noAction",
      retry: "retry",
      no: "refused",
    };
    assert.equal(
      reversal.kind,
      reversals[(word.get("reversal") ?? "") as keyof typeof reversals] ?? "unknown",
    );
    const back = outcomeOfRefundQuery(refundAnswer({ respCode: "00", origRespCode: code }), refundExpected);
    const backs = { done: "refunded", open: "processing", no: "failed" };
    assert.equal(back.kind, backs[(word.get("refundFate") ?? "") as keyof typeof backs] ?? "unknown");
  });
}

const expected = { account, name: orderName(chargeRequest) };
const refundExpected = { account, name: refundName(refundRequest) };

function paymentAnswer(own: Readonly<Record<string, string>>): Answer {
  const name = { merId: account["merId"] ?? "", orderId: chargeRequest.channelOrderNo, txnTime: noonText };
  const facts = { txnAmt: "1250", currencyCode: "156", queryId: "q1" };
  return { kind: "verified", at: noon, fields: new Map(Object.entries({ ...name, ...facts, ...own })) };
}

function refundAnswer(own: Readonly<Record<string, string>>): Answer {
  const name = { merId: account["merId"] ?? "", orderId: "00000001refund1", txnTime: "20260301130000" };
  return { kind: "verified", at: noon, fields: new Map(Object.entries({ ...name, txnAmt: "500", ...own })) };
}

test("no code is listed beyond the expectations, and none twice", () => {
  const codes = expectations.map(({ code }) => code);
  assert.equal(new Set(codes).size, codes.length, "an expectation stands twice");
  assert.deepEqual(
    listedCodes()
      .map(([code]) => code)
      .toSorted(),
    codes.toSorted(),
  );
  assert.equal(codes.length, 53);
});

test("where money moved, nothing says declined or closed", () => {
  for (const code of ["42", "74", "75"]) {
    for (const use of uses) assert.equal(outcomeOf(use, code), "unknown", `${code} ${use}`);
    const outcome = outcomeOfQuery(paymentAnswer({ respCode: "00", origRespCode: code }), expected);
    assert.ok(outcome.kind === "unknown");
    assert.match(outcome.reason, /money moved/);
  }
});

test("what is not listed is unknown: new codes, prototype names, other spellings", () => {
  for (const code of ["81", "a6", "0", "000", "00 ", "constructor", "__proto__", ""]) {
    assert.equal(meaningOf(code), null, code);
    for (const use of uses)
      assert.deepEqual(verdictOf(use, code, "first"), { outcome: "unknown", retry: "queryFirst" });
  }
});

test("a defective success is paid, and its code says what it is", () => {
  const outcome = outcomeOfCharge(
    paymentAnswer({ respCode: "A6", respMsg: "有缺陷的成功" }),
    { ...expected, amount: chargeRequest.amount },
    "first",
  );
  assert.ok(outcome.kind === "succeeded");
  assert.deepEqual(outcome.words, { code: "A6", message: "有缺陷的成功" });
  assert.match(meaningOf("A6")?.remark ?? "", /defective/);
});
