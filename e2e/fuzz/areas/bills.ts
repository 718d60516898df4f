// Bills of the three networks as files: true ones, spoilt; archives that unpack to more than they should; lines without end.
import { deflateRawSync, deflateSync } from "node:zlib";
import { filesIn } from "@huiyin/server/channels/alipay/bill/archive.ts";
import { archiveOf } from "@huiyin/server/channels/alipay/bill/archiveWriter.ts";
import { billText } from "@huiyin/server/channels/alipay/bill/file.ts";
import { readBillText } from "@huiyin/server/channels/alipay/bill/file.ts";
import { bytesOfText, textOfBytes } from "@huiyin/server/channels/alipay/charset.ts";
import { packedContent, unpackedText } from "@huiyin/server/channels/unionpay/archive.ts";
import { readSettlement, settlementText } from "@huiyin/server/channels/unionpay/settlement.ts";
import { readBill } from "@huiyin/server/channels/wechat/bill/read.ts";
import { billFile, type BookedRow } from "@huiyin/server/channels/wechat/bill/write.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import { measuredLater } from "../measured.ts";
import { strangeTexts } from "../values.ts";

const at = new Date("2026-03-01T04:00:00.000Z");
const day = "2026-03-01";
const sellerId = "2088000000000001";
const merId = "777290058110048";
const manyCharacters = 10_000_000;

const alipayFile = billText({
  ...{ day, sellerId, madeAt: at },
  rows: Array.from({ length: 6 }, (_, index) => ({
    ...{
      kind: index % 3 === 2 ? "refund" : "payment",
      tradeNo: `t${index}`,
      outTradeNo: `10000001order${index}`,
    },
    ...{
      subject: "拿铁，大杯",
      createdAt: at,
      finishedAt: at,
      amount: fen(1_250 + index),
      received: fen(1_250 + index),
    },
    ...{ requestNo: index % 3 === 2 ? `r${index}` : "", fee: fen(5), payer: "*林", remark: "" },
  })),
});

const wechatRow: BookedRow = {
  ...{ at, appId: "wx1", mchId: "1900000109", subMchId: "", deviceInfo: "till,1", transactionId: "4200001" },
  ...{ orderNo: "order1", openid: "o1", tradeType: "MICROPAY", bankType: "CFT", amount: fen(1_250) },
  ...{ subject: "拿铁,大杯", feeMilliFen: 7_500n, rate: "0.60%", refund: null },
};
const wechatRefund: BookedRow = {
  ...wechatRow,
  amount: fen(500),
  refund: { refundId: "5000", refundNo: "refund1", requestedAt: at, status: "SUCCESS", kind: "REFUND" },
};
const wechatFiles = (["ALL", "SUCCESS", "REFUND"] as const).map((type) =>
  billFile([wechatRow, wechatRefund], type),
);

const unionpayFile = settlementText(merId, []);

const alipayName = "20880000000000010156_20260301_业务明细.csv";
const alipayZips = (["store", "deflate"] as const).map((method) =>
  archiveOf(
    [
      { name: alipayName, content: bytesOfText(alipayFile, "gbk") },
      { name: "x(汇总).csv", content: Buffer.from("x") },
    ],
    method,
  ),
);
const unionpayZip = packedContent([{ name: "INN26030188ZM_777290058110048", text: unionpayFile }]);

/** Small in the archive, and far more than a bill outside of it. */
const bomb = once(() => archiveOf([{ name: "a.csv", content: Buffer.alloc(90_000_000) }], "deflate"));
const unionpayBomb = once(() => deflateSync(Buffer.alloc(90_000_000)).toString("base64"));

function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

export function createBillsArea(): Area {
  const tally = createTally();
  return {
    name: "bills",
    lanes: 1,
    outcomes: tally.counts,
    input: (chance): Input => {
      const { shown, read } = chance.pick([
        alipayText,
        wechatText,
        unionpayText,
        alipayText,
        wechatText,
        unionpayText,
        alipayArchive,
        unionpayArchive,
      ])(chance);
      return {
        shown,
        attempt: async () => {
          const { value, problem } = await measuredLater(read, shown.startsWith("archive") ? "yes" : "no");
          tally.add(value ?? "unreadable");
          return problem;
        },
      };
    },
    close: () => undefined,
  };
}

type Reading = Readonly<{ shown: string; read: () => Promise<string> }>;

function alipayText(chance: Chance): Reading {
  const bytes = chance.happens(0.4) ? spoiltBytes(chance, bytesOfText(alipayFile, "gbk")) : null;
  const text = bytes === null ? spoiltText(chance, alipayFile) : textOfBytes(bytes, "gbk");
  return {
    shown: `alipay ${shownOf(text)}`,
    read: async () => `alipay ${readBillText(text, { day, sellerId }).kind}`,
  };
}

function wechatText(chance: Chance): Reading {
  const text = spoiltText(chance, chance.pick(wechatFiles));
  return { shown: `wechat ${shownOf(text)}`, read: async () => `wechat ${readBill(text).kind}` };
}

function unionpayText(chance: Chance): Reading {
  const text = spoiltText(chance, unionpayFile);
  return {
    shown: `unionpay ${shownOf(text)}`,
    read: async () => `unionpay ${readSettlement(text, merId).kind}`,
  };
}

function alipayArchive(chance: Chance): Reading {
  const zip = chance.happens(0.003) ? bomb() : spoiltBytes(chance, chance.pick(alipayZips));
  return {
    shown: `archive of alipay ${shownOf(zip)}`,
    read: async () => `alipay files: ${(await filesIn(zip)).length}`,
  };
}

function unionpayArchive(chance: Chance): Reading {
  const inner = Buffer.from(unionpayZip, "base64");
  const content = chance.happens(0.003)
    ? unionpayBomb()
    : chance.pick([
        () => spoiltBytes(chance, inner).toString("base64"),
        () => deflateSync(spoiltBytes(chance, chance.pick(alipayZips)), { level: 1 }).toString("base64"),
        () => deflateRawSync(inner, { level: 1 }).toString("base64"),
        () => chance.pick(strangeTexts),
      ])();
  return {
    shown: `archive of unionpay ${shownOf(content)}`,
    read: async () =>
      `unionpay file: ${(await unpackedText(content, (name) => name.startsWith("INN"))) === null ? "none" : "one"}`,
  };
}

function spoiltBytes(chance: Chance, bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  switch (chance.integer(0, 4)) {
    case 0:
      return copy.subarray(0, chance.integer(0, copy.length));
    case 1:
      return Buffer.concat([copy, Buffer.from(chance.bytes(chance.integer(1, 60)))]);
    case 2:
      return overwritten(chance, copy);
    default:
      for (let turn = chance.integer(1, 6); turn > 0; turn -= 1)
        copy[chance.integer(0, copy.length - 1)] = chance.pick([0, 0xff, 0x7f, 0x80, chance.integer(0, 255)]);
      return copy;
  }
}

function overwritten(chance: Chance, copy: Buffer): Buffer {
  const from = chance.integer(0, copy.length - 1);
  const some = chance.bytes(Math.min(40, copy.length - from));
  copy.set(some, from);
  return copy;
}

function spoiltText(chance: Chance, file: string): string {
  if (chance.happens(0.002)) return endless(chance, file);
  const lines = file.split("\r\n");
  const index = chance.integer(0, lines.length - 1);
  const line = lines[index] ?? "";
  switch (chance.integer(0, 6)) {
    case 0:
      lines.splice(index, 1);
      break;
    case 1:
      lines.splice(index, 0, line);
      break;
    case 2:
      lines[index] = line.replace(/\d+(?=[^\d]*$)/, () =>
        chance.pick(["0", "-1", "1e9", "9".repeat(40), "0.001", "", "０"]),
      );
      break;
    case 3:
      lines[index] = line
        .split(",")
        .map((cell) => (chance.happens(0.2) ? chance.pick(strangeTexts) : cell))
        .join(",");
      break;
    case 4:
      lines[index] =
        line + chance.pick([",", "`", ",`", "\t", "\0", " ", "元", ",".repeat(3_000), "`,".repeat(3_000)]);
      break;
    case 5:
      return lines.join(chance.pick(["\n", "\r", "\r\n\r\n", "\u2028"]));
    default:
      return file.slice(0, chance.integer(0, file.length)) + chance.pick(["", "\r\n", file]);
  }
  return lines.join("\r\n");
}

/** One line, or one file, of ten million characters. */
function endless(chance: Chance, file: string): string {
  const unit = chance.pick([",", "`", "`,", "a", " ", "#", "\r\n", "1,", "[", "\t"]);
  const long = unit.repeat(manyCharacters / unit.length);
  return chance.pick([long, file + long, long + file, file.replace("\r\n", `${long}\r\n`)]);
}
