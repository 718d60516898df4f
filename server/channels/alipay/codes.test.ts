// Holds the code tables against the list written by hand from Alipay’s documents, in both directions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { RetryAdvice, SendHistory } from "../port.ts";
import { outcomeOfPay, outcomeOfQuery } from "./answers.ts";
import { outcomeOfClose, outcomeOfPrecreate } from "./codeAnswers.ts";
import { listedCodes, meaningOf, verdictOf, type Operation } from "./codes.ts";
import type { Answer } from "./opened.ts";
import { outcomeOfRefund, outcomeOfRefundQuery } from "./refundAnswers.ts";
import { fen } from "../../kernel/money.ts";

type Reader = Readonly<{
  history: "told" | "ignored";
  /** Word of the table → kind of the outcome, where they differ. */
  kinds: ReadonlyMap<string, string>;
  read: (answer: Answer, sendHistory: SendHistory) => string;
}>;

type Expectation = Readonly<{
  operation: string;
  code: string;
  subCode: string;
  actors: string;
  first: string;
  unclear: string;
}>;

const retryWords = new Map<RetryAdvice, string>([
  ["queryFirst", "Q"],
  ["sameRequest", "same"],
  ["newOrder", "new"],
  ["newPayerCode", "code"],
  ["never", "no"],
  ["later", "later"],
  ["afterFix", "fix"],
]);
const actorLetters = new Map([
  ["payer", "P"],
  ["cashier", "C"],
  ["merchant", "M"],
  ["platform", "A"],
  ["channel", "L"],
]);

const expectations = readExpectations(
  readFileSync(new URL("golden/codes.expected.md", import.meta.url), "utf8"),
);

const expectedAnswer = {
  channelOrderNo: "order1",
  channelRefundNo: "refund1",
  amount: fen(1),
  receivedAt: new Date(0),
};

/** How each method reads its codes: the words of its own outcomes, and whether it is told what was sent before. */
const readers = new Map<string, readonly Reader[]>([
  ["pay", [payReader(), precreateReader()]],
  ["refund", [refundReader()]],
  ["gateway", [payReader(), precreateReader(), refundReader()]],
  [
    "query",
    [{ history: "ignored", kinds: new Map(), read: (answer) => outcomeOfQuery(answer, expectedAnswer).kind }],
  ],
  [
    "refundQuery",
    [
      {
        history: "ignored",
        kinds: new Map([["notFound", "notRefunded"]]),
        read: (answer) => outcomeOfRefundQuery(answer, expectedAnswer).kind,
      },
    ],
  ],
  [
    "close",
    [
      {
        history: "ignored",
        kinds: new Map([["declined", "refused"]]),
        read: (answer) => outcomeOfClose(answer, expectedAnswer).kind,
      },
    ],
  ],
]);

test("the list of expectations is read whole: every table row names codes, actors and two verdicts", () => {
  assert.ok(expectations.length > 250, `${expectations.length} expectations`);
  for (const { actors, first, unclear } of expectations) {
    assert.match(actors, /^(–|[PCMAL]( [PCMAL])*)$/);
    for (const verdict of [first, unclear]) {
      assert.match(verdict, /^(declined|unknown|notFound|balanceShort) (Q|same|new|code|no|later|fix)$/);
    }
  }
});

for (const expected of expectations) {
  test(`${expected.operation} ${expected.code} ${expected.subCode}: ${expected.first}, after an unclear send ${expected.unclear}`, () => {
    // A family is tried with a member that nobody listed.
    for (const subCode of expected.subCode.endsWith("*") ? membersOf(expected.subCode) : [expected.subCode]) {
      const operation = (expected.operation === "gateway" ? "pay" : expected.operation) as Operation;
      const meaning = meaningOf(operation, expected.code, subCode);
      assert.ok(meaning, subCode);
      assert.equal(verdictText(expected, "first"), expected.first);
      assert.equal(verdictText(expected, "afterUnclear"), expected.unclear);
      assert.equal(meaning.blame.map((actor) => actorLetters.get(actor)).join(" ") || "–", expected.actors);
      for (const reader of readers.get(expected.operation) ?? []) {
        const first = expected.first.split(" ", 1)[0] ?? "";
        const answer = answerWith(expected.code, subCode);
        assert.equal(reader.read(answer, "first"), reader.kinds.get(first) ?? first);
        if (reader.history === "ignored") continue;
        const unclear = expected.unclear.split(" ", 1)[0] ?? "";
        assert.equal(reader.read(answer, "afterUnclear"), reader.kinds.get(unclear) ?? unclear);
      }
    }
  });
}

test("no code is listed beyond the expectations, and none twice", () => {
  const keyOf = (item: Readonly<{ operation: string; code: string; subCode: string }>) =>
    `${item.operation} ${item.code} ${item.subCode}`;
  const expected = expectations.map(keyOf);
  assert.equal(new Set(expected).size, expected.length, "an expectation stands twice");
  assert.deepEqual(listedCodes().map(keyOf).toSorted(), expected.toSorted());
});

test("a code that asks for a query is never a decline, and a decline never asks for a query", () => {
  for (const { subCode, meaning } of listedCodes()) {
    assert.equal(meaning.outcome === "declined" && meaning.retry === "queryFirst", false, subCode);
  }
});

test("what is not listed is unknown: foreign words, prototype names, other prefixes, other main codes", () => {
  for (const [code, subCode] of [
    ["40004", "ACQ.SOMETHING_NEW"],
    ["40004", "PAYMENT_AUTH_CODE_INVALID"],
    ["40004", "acq.payment_auth_code_invalid"],
    ["40004", "ACQ.PAYMENT_AUTH_CODE_INVALID "],
    ["40004", "ACQ.ZM"],
    ["40004", "constructor"],
    ["40004", "__proto__"],
    ["40004", ""],
    ["20000", "ACQ.PAYMENT_AUTH_CODE_INVALID"],
    ["40002", "isv.missing-method"],
    ["40003", "isv.invalid-parameter"],
    ["constructor", "constructor"],
  ] as const) {
    assert.equal(meaningOf("pay", code, subCode), null, `${code} ${subCode}`);
    assert.deepEqual(verdictOf(null, "first"), { outcome: "unknown", retry: "queryFirst" });
    assert.equal(outcomeOnTheWire(code, subCode), "unknown", `${code} ${subCode}`);
  }
});

test("cause hints are catalogue ids, and a missing instrument hints first at Huabei closed at the merchant", () => {
  for (const { subCode, meaning } of listedCodes()) {
    for (const hint of meaning.causeHints) assert.match(hint, /^C-[A-Z]{1,3}-\d{2}$/, subCode);
    assert.notEqual(meaning.reference, "", subCode);
  }
  const hints = meaningOf("pay", "40004", "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE")?.causeHints;
  assert.deepEqual(hints?.slice(0, 2), ["C-MCH-01", "C-PAY-04"]);
});

function payReader(): Reader {
  const read: Reader["read"] = (answer, sendHistory) =>
    outcomeOfPay(answer, expectedAnswer, sendHistory).kind;
  return { history: "told", kinds: new Map(), read };
}

function precreateReader(): Reader {
  const read: Reader["read"] = (answer) => outcomeOfPrecreate(answer, expectedAnswer).kind;
  return { history: "ignored", kinds: new Map(), read };
}

function refundReader(): Reader {
  const read: Reader["read"] = (answer, sendHistory) =>
    outcomeOfRefund(answer, expectedAnswer, sendHistory).kind;
  return { history: "told", kinds: new Map(), read };
}

function verdictText(expected: Expectation, sendHistory: SendHistory): string {
  const operation = (expected.operation === "gateway" ? "pay" : expected.operation) as Operation;
  const subCode = expected.subCode.endsWith("*") ? (membersOf(expected.subCode)[0] ?? "") : expected.subCode;
  const { outcome, retry } = verdictOf(meaningOf(operation, expected.code, subCode), sendHistory);
  return `${outcome} ${retryWords.get(retry)}`;
}

/** The kind of outcome of a verified pay answer with these codes. */
function outcomeOnTheWire(code: string, subCode: string): string {
  return outcomeOfPay(answerWith(code, subCode), expectedAnswer, "first").kind;
}

function answerWith(code: string, subCode: string): Answer {
  const fields = new Map<string, unknown>([
    ["code", code],
    ["msg", "Business Failed"],
    ["sub_code", subCode],
    ["out_trade_no", "order1"],
  ]);
  return { kind: "verified", node: "own", fields };
}

function membersOf(family: string): readonly string[] {
  const beginning = family.slice(0, -1);
  return [`${beginning}SOMETHING`, `${beginning}X1`];
}

/** Section headings name operation, main code and prefix ("bare" for none); rows follow. */
function readExpectations(text: string): readonly Expectation[] {
  const read: Expectation[] = [];
  let heading: readonly [string, string, string] | null = null;
  for (const line of text.split("\n")) {
    const section = /^## (\w+) (\d{5}) (\S+)$/.exec(line);
    if (section)
      heading = [section[1] ?? "", section[2] ?? "", section[3] === "bare" ? "" : (section[3] ?? "")];
    if (!line.startsWith("|") || line.startsWith("|---") || line.startsWith("| Sub-codes")) continue;
    assert.ok(heading, `a row before any heading: ${line}`);
    const [operation, code, prefix] = heading;
    const [codes = "", actors = "", first = "", unclear = ""] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    for (const subCode of expand(codes)) {
      read.push({ operation, code, subCode: prefix + subCode, actors, first, unclear });
    }
  }
  return read;
}

/** "A, B{_X,_Y}" → A, B_X, B_Y. */
function expand(cell: string): readonly string[] {
  const codes: string[] = [];
  for (const [, name = "", endings] of cell.matchAll(/([\w.*-]+)(?:\{([^}]*)\})?/g)) {
    if (endings === undefined) codes.push(name);
    else codes.push(...endings.split(",").map((ending) => name + ending));
  }
  return codes;
}
