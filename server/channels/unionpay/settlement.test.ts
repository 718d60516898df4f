// The settlement file, both halves: what is written is what is read, and what contradicts itself is not believed at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { fen } from "../../kernel/money.ts";
import { addSeconds } from "../../kernel/time.ts";
import { packedContent, unpackedText } from "./archive.ts";
import { unionpay } from "./client.ts";
import { account, gateway, ioWith, noon } from "./fixtures.ts";
import { readSettlement, settlementFileName, settlementText, type Settled } from "./settlement.ts";

const merId = account["merId"] ?? "";
const day = "2026-03-01";
const name = settlementFileName(merId, day);

const settled = (kind: Settled["kind"], index: number, minor: number): Settled => {
  const own = kind === "payment" ? `00000001order${index}` : `00000001refund${index}`;
  const of = { paymentOrderId: `00000001order${index}`, paymentQueryId: `q${index}` };
  const at = addSeconds(noon, index);
  return {
    kind,
    orderId: own,
    orderedAt: noon,
    queryId: `q${index}`,
    amount: fen(minor),
    finishedAt: at,
    ...of,
  };
};
const rows = [settled("payment", 1, 1250), settled("payment", 2, 1), settled("refund", 1, 500)];
const text = settlementText(merId, rows);

test("law: a file tells every transaction it was written from, under our numbers", () => {
  const one = fc
    .tuple(
      fc.constantFrom("payment" as const, "refund" as const, "void" as const),
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: 1, max: 1e11 }),
    )
    .map(([kind, index, minor]) => settled(kind, index, minor));
  fc.assert(
    fc.property(fc.array(one, { maxLength: 20 }), (each) => {
      const reading = readSettlement(settlementText(merId, each), merId);
      assert.ok(reading.kind === "bill");
      assert.deepEqual(
        reading.bill.lines.map(({ kind, amount, channelOrderNo, channelRefundNo, channelTradeNo, at }) => ({
          kind,
          amount,
          channelOrderNo,
          channelRefundNo,
          channelTradeNo,
          at,
        })),
        each.map(({ kind, amount, orderId, paymentOrderId, paymentQueryId, finishedAt }) => ({
          // Whether by a refund or by a void: it went back.
          kind: kind === "payment" ? kind : "refund",
          amount,
          channelOrderNo: paymentOrderId,
          channelRefundNo: kind === "payment" ? null : orderId,
          channelTradeNo: paymentQueryId,
          at: finishedAt,
        })),
      );
    }),
  );
});

test("law: a file with any character altered, or any line missing, never reads as another", () => {
  const whole = readSettlement(text, merId);
  const kept = (file: string) => {
    const reading = readSettlement(file, merId);
    return reading.kind === "bill" ? reading.bill.lines.map(({ amount }) => amount.minor) : null;
  };
  assert.ok(whole.kind === "bill");
  assert.deepEqual(kept(text), [1250n, 1n, 500n]);
  const lines = text.split("\r\n");
  for (let index = 0; index < lines.length - 1; index += 1)
    assert.equal(kept(lines.toSpliced(index, 1).join("\r\n")), null, `without line ${index + 1}`);
  const amountAt = text.indexOf("000000001250");
  assert.equal(kept(`${text.slice(0, amountAt)}000000001251${text.slice(amountAt + 12)}`), null);
  for (const changed of [
    text.replace("PAY", "XXX"),
    text.replace("PAY", "REF"),
    text.replace("SUM 00000003", "SUM 00000002"),
    text.replace(merId, "777290058110049"),
    `${text}x`,
    `x${text}`,
    "",
  ])
    assert.equal(kept(changed), null);
});

// what the gateway answers → outcome
for (const [what, answer, kind] of [
  [
    "the file of the day",
    { respCode: "00", settleDate: "0301", fileContent: packedContent([{ name, text }]) },
    "bill",
  ],
  [
    "an empty file",
    {
      respCode: "00",
      settleDate: "0301",
      fileContent: packedContent([{ name, text: settlementText(merId, []) }]),
    },
    "bill",
  ],
  ["no file", { respCode: "98", settleDate: "0301" }, "noBill"],
  ["no permission", { respCode: "32" }, "refused"],
  [
    "the file of another day",
    { respCode: "00", settleDate: "0228", fileContent: packedContent([{ name, text }]) },
    "unknown",
  ],
  [
    "totals that contradict the lines",
    {
      respCode: "00",
      settleDate: "0301",
      fileContent: packedContent([{ name, text: text.replace("1250 2026", "1251 2026") }]),
    },
    "unknown",
  ],
  [
    "no file of the merchant",
    { respCode: "00", settleDate: "0301", fileContent: packedContent([{ name: "x", text }]) },
    "unknown",
  ],
  ["what is no archive", { respCode: "00", settleDate: "0301", fileContent: "AAAA" }, "unknown"],
  [
    "what is no ZIP",
    { respCode: "00", settleDate: "0301", fileContent: deflateSync("x").toString("base64") },
    "unknown",
  ],
  ["nothing clear", { respCode: "03" }, "unknown"],
] as ReadonlyArray<readonly [string, Record<string, string>, string]>) {
  test(`a request for a file that is answered with ${what} is ${kind}`, async () => {
    const { outcome } = await unionpay.bill(ioWith(gateway(() => answer)), account, { day });
    assert.equal(outcome.kind, kind);
    if (outcome.kind === "bill" && what === "the file of the day") assert.equal(outcome.file, text);
  });
}

test("an archive that unpacks to more than it may is not unpacked", async () => {
  const bomb = deflateSync(Buffer.alloc(64 * 1_024 * 1_024)).toString("base64");
  await assert.rejects(unpackedText(bomb, () => true));
});
