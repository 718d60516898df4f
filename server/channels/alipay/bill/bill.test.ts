// From the question for a bill to its lines: the address, the download, what is refused and what is unknown.
import assert from "node:assert/strict";
import { test } from "node:test";
import iconv from "iconv-lite";
import { fen } from "../../../kernel/money.ts";
import type { Transport, WireRequest } from "../../port.ts";
import { alipay } from "../client.ts";
import { account, gateway, ioWith, noon } from "../fixtures.ts";
import { archiveOf } from "./archiveWriter.ts";
import { billText, type BillRow } from "./file.ts";

const day = "2026-03-01";
const row: BillRow = {
  ...{
    kind: "payment",
    tradeNo: "t1",
    outTradeNo: "10000001order1",
    subject: "拿铁",
    createdAt: noon,
    finishedAt: noon,
  },
  ...{ amount: fen(1250), received: fen(1250), requestNo: "", fee: fen(5), payer: "*林", remark: "" },
};
const detail = iconv.encode(
  billText({ day, sellerId: account["sellerId"] ?? "", madeAt: noon, rows: [row] }),
  "gbk",
);
const name = "20880000000000010156_20260301_业务明细";
const summary = { name: `${name}(汇总).csv`, content: Buffer.from("x") };
const zip = archiveOf([summary, { name: `${name}.csv`, content: detail }], "deflate");
const downloadUrl = "http://127.0.0.1:8090/bill?token=1";

/** A gateway that answers with this node, and a download behind it. */
function world(node: object, download: Uint8Array | "lost" = zip, status = 200) {
  const sent: WireRequest[] = [];
  const asked = gateway(() => JSON.stringify(node));
  const transport: Transport = async (request) => {
    sent.push(request);
    if (request.method !== "GET") return asked(request);
    if (download === "lost") throw Object.assign(new Error("no reply"), { name: "TimeoutError" });
    return { status, headers: { "content-type": "application/zip" }, body: download };
  };
  return { io: ioWith(transport), sent };
}
const ready = { code: "10000", msg: "Success", bill_download_url: downloadUrl };

test("a bill is asked for, fetched once from the address in the answer, and read", async () => {
  const { io, sent } = world(ready);
  const { outcome, exchange } = await alipay.bill(io, account, { day });
  assert.ok(outcome.kind === "bill", outcome.kind);
  assert.deepEqual([outcome.lines.length, outcome.lines[0]?.amount], [1, fen(1250)]);
  assert.ok(outcome.file.startsWith("#支付宝业务明细查询"));
  assert.deepEqual(
    sent.map(({ method, url }) => [method ?? "POST", new URL(url).pathname]),
    [
      ["POST", "/gateway.do"],
      ["GET", "/bill"],
    ],
  );
  assert.ok((sent[1]?.replyBytesMax ?? 0) > 1_048_576, "a bill is longer than an answer");
  assert.equal(exchange.operation, "bill");
  assert.equal(JSON.stringify(exchange).includes("token=1"), false, "the address is a secret while it lasts");
});

test("the older name of the detail file is known too", async () => {
  const older = archiveOf([{ name: "20880000000000010156_20260301_DETAILS.csv", content: detail }], "store");
  assert.equal((await alipay.bill(world(ready, older).io, account, { day })).outcome.kind, "bill");
});

//  sub-code                        kind
for (const [subCode, kind] of [
  ["isp.bill_not_exist", "noBill"],
  ["BILL_NOT_EXIST", "noBill"],
  ["NO_BILL_DATA", "noBill"],
  ["BILL_DATE_BEFORE_REGISTRATION", "refused"],
  ["TYPE_NOT_SUPPORTED", "refused"],
  ["INVAILID_ARGUMENTS", "refused"],
  ["SYSTEM_RATE_LIMIT", "refused"],
  ["ACQ.SYSTEM_ERROR", "unknown"],
  ["SOMETHING_NEW", "unknown"],
] as const) {
  test(`${subCode} about a bill is ${kind}, and nothing is fetched`, async () => {
    const { io, sent } = world({ code: "40004", msg: "Business Failed", sub_code: subCode, sub_msg: "x" });
    assert.equal((await alipay.bill(io, account, { day })).outcome.kind, kind);
    assert.equal(sent.length, 1);
  });
}

test("a token that ended refuses the bill with its causes", async () => {
  const node = { code: "20001", msg: "x", sub_code: "aop.app-auth-token-time-out", sub_msg: "x" };
  const { outcome } = await alipay.bill(world(node).io, account, { day });
  assert.ok(outcome.kind === "refused" && outcome.causeHints.length > 0, outcome.kind);
});

for (const [what, url] of [
  ["no address", ""],
  ["a foreign host without encryption", "http://evil.test/bill"],
  ["a file of this machine", "file:///etc/passwd"],
  ["a name with a password", "https://a:b@evil.test/"],
  ["another port of this machine", "http://127.0.0.1:22/bill"],
] as const) {
  test(`an answer with ${what} is unknown, and nothing is fetched`, async () => {
    const { io, sent } = world({ ...ready, bill_download_url: url });
    assert.equal((await alipay.bill(io, account, { day })).outcome.kind, "unknown");
    assert.equal(sent.length, 1);
  });
}

const two = archiveOf(
  ["a.csv", "b.csv"].map((file) => ({ name: file, content: detail })),
  "store",
);
for (const [what, download, status] of [
  ["lost on its way", "lost", 200],
  ["gone, for its address lives thirty seconds", zip, 403],
  ["cut short", zip.subarray(0, 100), 200],
  ["a web page", Buffer.from("<html>登录</html>"), 200],
  ["of two detail files", two, 200],
  ["of the summary alone", archiveOf([summary], "store"), 200],
  [
    "one whose totals are wrong",
    archiveOf(
      [
        {
          name: "a.csv",
          content: Buffer.from(detail.toString("latin1").replace("12.50,12.50", "12.50,12.51"), "latin1"),
        },
      ],
      "store",
    ),
    200,
  ],
] as const) {
  test(`a bill ${what} is unknown`, async () => {
    const { outcome } = await alipay.bill(world(ready, download, status).io, account, { day });
    assert.ok(outcome.kind === "unknown", outcome.kind);
    assert.notEqual(outcome.reason, "");
  });
}

test("a day that is none is never asked for", async () => {
  for (const bad of ["2026-3-1", "2026-02-30", "yesterday"]) {
    const { io, sent } = world(ready);
    assert.equal((await alipay.bill(io, account, { day: bad })).outcome.kind, "refused");
    assert.equal(sent.length, 0);
  }
});
