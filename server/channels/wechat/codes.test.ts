// Holds the code tables against the list written by hand from WeChat Pay’s documents, in both directions, and each code
// against what the channel makes of it when it comes over the wire.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { RetryAdvice, SendHistory, WireReply } from "../port.ts";
import { wechat } from "./client.ts";
import { listedCodes, meaningOf, verdictOf, type Generation, type Operation } from "./codes.ts";
import {
  chargeRequest,
  platformKeys,
  publicKeyId,
  refundRequest,
  v2Account,
  v3KeyAccount,
} from "./testing/accounts.ts";
import { noon } from "./testing/keys.ts";
import { signedXml } from "./v2/signing.ts";
import { signedHeaders } from "./v3/signing.ts";

type Expectation = Readonly<{
  generation: Generation;
  operation: Operation;
  code: string;
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
]);

const expectations = readExpectations(
  readFileSync(new URL("golden/codes.expected.md", import.meta.url), "utf8"),
);

const verdict = /^(declined|pending|unknown|notFound|balanceShort) (Q|same|new|code|no|later|fix)$/;

test("the list of expectations is read whole: every row names codes, actors and two verdicts", () => {
  assert.equal(expectations.length, 276);
  for (const { actors, first, unclear } of expectations) {
    assert.match(actors, /^[PCMA]( [PCMA])*$/);
    assert.match(first, verdict);
    assert.match(unclear, verdict);
  }
});

/** What each operation says in the port’s own words where the table says this. */
const kinds: Readonly<Record<Operation, Readonly<Record<string, string>>>> = {
  pay: { declined: "declined", pending: "pending", unknown: "unknown" },
  refund: { declined: "declined", unknown: "unknown", balanceShort: "balanceShort" },
  reverse: {
    ...{ declined: "refused", notFound: "noAction", "unknown Q": "unknown" },
    ...{ "unknown same": "retry", "unknown later": "retry" },
  },
  close: { declined: "refused", notFound: "notFound", unknown: "unknown" },
  query: { notFound: "notFound", unknown: "unknown" },
  refundQuery: { notFound: "notRefunded", unknown: "unknown" },
  bill: { notFound: "noBill", unknown: "unknown", declined: "refused" },
};

for (const expected of expectations) {
  const { generation, operation, code, first, unclear, actors } = expected;
  test(`${generation} ${operation} ${code}: ${first}, after an unclear send ${unclear}`, async () => {
    const meaning = meaningOf(generation, operation, code);
    assert.ok(meaning);
    for (const [sendHistory, told] of [
      ["first", first],
      ["afterUnclear", unclear],
    ] as const) {
      const { outcome, retry } = verdictOf(meaning, sendHistory);
      assert.equal(`${outcome} ${retryWords.get(retry)}`, told);
      // Only a payment and a refund are told what was sent before.
      const heard = operation === "pay" || operation === "refund" ? told : first;
      const kind = kinds[operation][heard] ?? kinds[operation][heard.split(" ", 1)[0] ?? ""];
      assert.equal(await kindOverTheWire(expected, sendHistory), kind, sendHistory);
    }
    assert.equal(meaning.blame.map((actor) => actorLetters.get(actor)).join(" "), actors);
  });
}

test("no code is listed beyond the expectations, and none twice", () => {
  const keyOf = (item: Readonly<{ generation: string; operation: string; code: string }>) =>
    `${item.generation} ${item.operation} ${item.code}`;
  const expected = expectations.map(keyOf);
  assert.equal(new Set(expected).size, expected.length, "an expectation stands twice");
  assert.deepEqual(listedCodes().map(keyOf).toSorted(), expected.toSorted());
});

test("a code that asks for a query is never a decline, and a question is never declined", () => {
  for (const { operation, code, meaning } of listedCodes()) {
    assert.equal(meaning.outcome === "declined" && meaning.retry === "queryFirst", false, code);
    if (operation === "query" || operation === "refundQuery")
      assert.notEqual(meaning.outcome, "declined", code);
    assert.notEqual(meaning.reference, "", code);
    assert.notEqual(meaning.zh, "", code);
    for (const hint of meaning.causeHints) assert.match(hint, /^C-[A-Z]{1,3}-\d{2}$/, code);
  }
});

test("the payer’s empty balance hints at it, another wallet’s code at a wrong step, and nothing at Huabei or Alipay", () => {
  assert.deepEqual(meaningOf("v2", "pay", "NOTENOUGH")?.causeHints, ["C-PAY-01"]);
  assert.deepEqual(meaningOf("v3", "pay", "403 NOT_ENOUGH")?.causeHints, ["C-PAY-01"]);
  assert.equal(meaningOf("v2", "pay", "AUTH_CODE_INVALID")?.causeHints[0], "C-PAY-09");
  const ofOthers = new Set(["C-PAY-03", "C-PAY-04", "C-PAY-13", "C-MCH-01", "C-MCH-05", "C-ACC-02"]);
  for (const { code, meaning } of listedCodes())
    for (const hint of meaning.causeHints) assert.equal(ofOthers.has(hint), false, `${code} ${hint}`);
});

test("what is not listed is unknown: foreign words, prototype names, other cases, other statuses", async () => {
  for (const [generation, code] of [
    ["v2", "SOMETHING_NEW"],
    ["v2", "notenough"],
    ["v2", "NOTENOUGH "],
    ["v2", "constructor"],
    ["v2", "__proto__"],
    ["v2", "NOT_ENOUGH"],
    ["v3", "400 NOT_ENOUGH"],
    ["v3", "500 AUTH_CODE_EXPIRE"],
    ["v3", "403 NOTENOUGH"],
    ["v3", "200 constructor"],
    ["v3", "502 SYSTEM_ERROR"],
  ] as const) {
    assert.equal(meaningOf(generation, "pay", code), null, code);
    const expected = { generation, operation: "pay", code, actors: "", first: "", unclear: "" } as const;
    assert.equal(await kindOverTheWire(expected, "first"), "unknown", code);
  }
  assert.deepEqual(verdictOf(null, "first"), { outcome: "unknown", retry: "queryFirst" });
});

test("the texts of v2 bills are read in any case", () => {
  for (const text of ["No Bill Exist", "no bill exist", "NO BILL EXIST "])
    assert.equal(meaningOf("v2", "bill", text)?.outcome, "notFound", text);
});

/** The kind of outcome when the gateway answers this operation with this code, genuinely signed. */
async function kindOverTheWire(
  { generation, operation, code }: Expectation,
  sendHistory: SendHistory,
): Promise<string> {
  const account = generation === "v2" ? v2Account : v3KeyAccount;
  const io = {
    now: () => new Date(noon.getTime() + 60_000),
    transport: () => refusal(generation, operation, code),
  };
  const { payerCode: _, ...order } = chargeRequest;
  switch (operation) {
    case "pay": {
      if (sendHistory === "first" && meaningOf(generation, "pay", code)?.outcome !== "pending") {
        const created = (await wechat.precreate(io, account, order)).outcome.kind;
        assert.equal(created, (await wechat.charge(io, account, chargeRequest)).outcome.kind);
      }
      return (await wechat.charge(io, account, { ...chargeRequest, sendHistory })).outcome.kind;
    }
    case "reverse":
      return (await wechat.cancel(io, account, chargeRequest)).outcome.kind;
    case "refund":
      return (await wechat.refund(io, account, { ...refundRequest, sendHistory })).outcome.kind;
    case "close":
      return (await wechat.close(io, account, chargeRequest)).outcome.kind;
    case "query":
      return (await wechat.query(io, account, chargeRequest)).outcome.kind;
    case "refundQuery":
      return (await wechat.refundQuery(io, account, refundRequest)).outcome.kind;
    case "bill":
      return (await wechat.bill(io, account, { day: "2026-03-01" })).outcome.kind;
  }
}

async function refusal(generation: Generation, operation: Operation, code: string): Promise<WireReply> {
  const { appId = "", mchId = "", apiKeyV2 = "" } = v2Account;
  if (generation === "v2") {
    const told: Array<readonly [string, string]> =
      operation === "bill"
        ? [
            ["return_code", "FAIL"],
            ["return_msg", code],
            ["error_code", "20000"],
          ]
        : [
            ...([
              ["return_code", "SUCCESS"],
              ["appid", appId],
              ["mch_id", mchId],
            ] as const),
            ...([
              ["result_code", "FAIL"],
              ["err_code", code],
              ["err_code_des", "说明"],
            ] as const),
          ];
    const text = signedXml(told, apiKeyV2, "HMAC-SHA256");
    return { status: 200, headers: { "content-type": "text/xml" }, body: Buffer.from(text) };
  }
  const [status = "", word = ""] = code.split(" ");
  const body = JSON.stringify({ code: word, message: "说明" });
  const at = new Date(noon.getTime() + 60_000);
  const gateway = { serial: publicKeyId, privateKeyPem: platformKeys.privateKeyPem };
  const headers = await signedHeaders(gateway, { at, nonce: "n1", body });
  return { status: Number(status), headers, body: Buffer.from(body) };
}

/** Section headings name generation and operation; rows follow. */
function readExpectations(text: string): readonly Expectation[] {
  const read: Expectation[] = [];
  let heading: Readonly<{ generation: Generation; operation: Operation }> | null = null;
  for (const line of text.split("\n")) {
    const section = /^## (v2|v3) (\w+)$/.exec(line);
    if (section) heading = { generation: section[1] as Generation, operation: section[2] as Operation };
    if (!line.startsWith("|") || line.startsWith("|---") || line.startsWith("| Codes")) continue;
    assert.ok(heading, `a row before any heading: ${line}`);
    const [codes = "", actors = "", first = "", unclear = ""] = line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
    for (const code of codes.split(", ")) read.push({ ...heading, code, actors, first, unclear });
  }
  return read;
}
