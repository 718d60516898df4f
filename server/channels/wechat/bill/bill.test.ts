import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fen } from "../../../kernel/money.ts";
import type { ChannelAccount, Transport, WireReply } from "../../port.ts";
import { wechat } from "../client.ts";
import { redactedMembers } from "../redact.ts";
import { chargeRequest, mixedAccount, refundRequest, v2Account, v3KeyAccount } from "../testing/accounts.ts";
import { noon } from "../testing/keys.ts";
import { smallWorld } from "../testing/world.ts";
import { readBill } from "./read.ts";
import { milliFenOf } from "./table.ts";
import { billFile, type BookedRow } from "./write.ts";

const payment: BookedRow = {
  ...{
    at: noon,
    appId: "wx1",
    mchId: "1900000109",
    subMchId: "",
    deviceInfo: "till,1",
    transactionId: "4200001",
  },
  ...{ orderNo: "order1", openid: "o1", tradeType: "MICROPAY", bankType: "CFT", amount: fen(1250) },
  ...{ subject: "拿铁,大杯", feeMilliFen: 7_500n, rate: "0.60%", refund: null },
};
const refund: BookedRow = {
  ...payment,
  amount: fen(500),
  feeMilliFen: -3_000n,
  refund: { refundId: "5000", refundNo: "refund1", requestedAt: noon, status: "SUCCESS", kind: "REFUND" },
};

const lineOfPayment = {
  ...{ kind: "payment", channelTradeNo: "4200001", channelOrderNo: "order1", channelRefundNo: null },
  ...{ amount: fen(1250), feeMilliFen: 7_500n, at: noon, state: "SUCCESS" },
};
const lineOfRefund = {
  ...{ kind: "refund", channelTradeNo: "4200001", channelOrderNo: "order1", channelRefundNo: "refund1" },
  ...{ amount: fen(500), feeMilliFen: -3_000n, at: noon, state: "SUCCESS" },
};

test("a payment and its refund are written and read again, commas and all, in every shape of the file", () => {
  const read = (type: "ALL" | "SUCCESS" | "REFUND") => readBill(billFile([payment, refund], type));
  const nothing = { totalsProblem: null, kind: "read" };
  assert.deepEqual(read("ALL"), { ...nothing, lines: [lineOfPayment, lineOfRefund] });
  assert.deepEqual(read("SUCCESS"), { ...nothing, lines: [lineOfPayment] });
  assert.deepEqual(read("REFUND"), { ...nothing, lines: [lineOfRefund] });
});

test("a reversed code payment stands as money that went back, under no number of ours", () => {
  const reversal = {
    refundId: "5000",
    refundNo: "0",
    requestedAt: noon,
    status: "SUCCESS",
    kind: "REVOKED",
  } as const;
  const reading = readBill(billFile([{ ...refund, refund: reversal }], "ALL"));
  assert.ok(reading.kind === "read");
  assert.deepEqual(reading.lines, [{ ...lineOfRefund, channelRefundNo: null }]);
});

test("law: any day adds up; a row that is dropped, doubled or changed by a fen does not", () => {
  const row = fc.record({
    fenPaid: fc.integer({ min: 1, max: 10_000_000 }),
    isRefund: fc.boolean(),
    fee: fc.integer(),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), fc.nat(), (rows, seed) => {
      const booked = rows.map(({ fenPaid, isRefund, fee }, index) => ({
        ...(isRefund ? refund : payment),
        ...{ amount: fen(fenPaid), feeMilliFen: BigInt(fee % 1_000_000), orderNo: `order${index}` },
      }));
      const file = billFile(booked, "ALL");
      const reading = readBill(file);
      assert.ok(reading.kind === "read");
      assert.equal(reading.totalsProblem, null);
      assert.deepEqual(
        reading.lines.map(({ amount }) => amount),
        booked.map(({ amount }) => amount),
      );
      const lines = file.split("\r\n");
      const at = 1 + (seed % rows.length);
      const dropped = readBill(lines.toSpliced(at, 1).join("\r\n"));
      const doubled = readBill(lines.toSpliced(at, 0, lines[at] ?? "").join("\r\n"));
      const changed = readBill(
        lines
          .with(
            at,
            (lines[at] ?? "").replaceAll(
              /`(\d+\.\d)(\d)(?=,)/g,
              (_, head, last) => `\`${head}${last === "0" ? "1" : "0"}`,
            ),
          )
          .join("\r\n"),
      );
      for (const other of [dropped, doubled, changed])
        assert.notEqual(other.kind === "read" ? other.totalsProblem : "malformed", null);
    }),
  );
});

test("law: no text makes the reader throw", () => {
  const pieces = fc.constantFrom("`", ",`", "\n", "交易时间", "总交易单数", "1", "\uFEFF", "SUCCESS");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((all) => all.join("")),
      ),
      (text) => {
        assert.ok(["read", "malformed"].includes(readBill(text).kind));
      },
    ),
  );
});

test("five decimals of a yuan are thousandths of a fen, exactly, and nothing else is an amount", () => {
  for (const [text, value] of [
    ["0.04000", 4_000n],
    ["-0.02000", -2_000n],
    ["45.0", 4_500_000n],
    ["0", 0n],
    ["1.000001", null],
    ["1e3", null],
    ["", null],
    [".5", null],
  ] as const)
    assert.equal(milliFenOf(text), value, text);
});

/** A day with one payment, over; then its bill, with replies changed on their way. */
async function billOfDay(account: ChannelAccount, change: (reply: WireReply, url: string) => WireReply) {
  const world = smallWorld(account);
  await wechat.charge(world.io, account, { ...chargeRequest, payerCode: await world.payerCode("pays") });
  await wechat.refund(world.io, account, refundRequest);
  await world.advance?.(100_000);
  const transport: Transport = async (request) => change(await world.io.transport(request), request.url);
  return wechat.bill({ ...world.io, transport }, account, { day: "2026-03-01" });
}

const asItCame = (reply: WireReply): WireReply => reply;

for (const [name, account] of [
  ["v2", v2Account],
  ["v3", v3KeyAccount],
  ["v2 and v3", mixedAccount],
] as const) {
  test(`the bill of a day comes by ${name}, and its evidence keeps no row and no token`, async () => {
    const { outcome, exchange } = await billOfDay(account, asItCame);
    assert.ok(outcome.kind === "bill", outcome.kind);
    assert.deepEqual(
      outcome.lines.map(({ kind, amount }) => [kind, amount.minor]),
      [
        ["payment", 1250n],
        ["refund", 500n],
      ],
    );
    const kept = JSON.stringify(exchange);
    assert.equal(kept.includes(chargeRequest.channelOrderNo), false);
    assert.equal(kept.includes("token"), false);
  });

  test(`a file of ${name} with an amount changed, a row dropped, or of another day is not believed`, async () => {
    const changes: ReadonlyArray<(text: string) => string> = [
      (text) => text.replace("`12.50", "`12.51"),
      (text) => text.split("\r\n").toSpliced(1, 1).join("\r\n"),
      (text) => text.replaceAll("`2026-03-01", "`2026-03-02"),
    ];
    for (const alter of changes) {
      const { outcome } = await billOfDay(account, (reply) => {
        const text = Buffer.from(reply.body).toString();
        return text.includes("交易时间") ? { ...reply, body: Buffer.from(alter(text)) } : reply;
      });
      assert.equal(outcome.kind, "unknown", alter.toString());
    }
  });
}

test("the address of a file is kept without its token, also where it is not asked", () => {
  const members = new Map([
    ["download_url", "https://api.mch.weixin.qq.com/v3/billdownload/file?token=xx6vVaa"],
  ]);
  assert.equal(JSON.stringify(redactedMembers(members)).includes("token"), false);
});

test("a file that only adds up is not enough where WeChat Pay gave a digest", async () => {
  const { outcome } = await billOfDay(v3KeyAccount, (reply) => {
    const text = Buffer.from(reply.body).toString();
    return text.includes("交易时间")
      ? { ...reply, body: Buffer.from(text.replace("回音咖啡", "别家咖啡")) }
      : reply;
  });
  assert.ok(outcome.kind === "unknown");
  assert.match(outcome.reason, /digest/);
});
