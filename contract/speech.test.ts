import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  amountClips,
  clipIds,
  clipWords,
  parseSpeech,
  phraseSpeechOf,
  phrases,
  refundSpeechOf,
  speechOf,
  spokenFenMax,
  summarySpeechOf,
  walletOf,
  type ClipId,
  type Phrase,
} from "./speech.ts";

const wallets = ["alipay", "huabei", "wechat", "unionpay", "bankCard"] as const;
const words = (amountFen: bigint): string =>
  amountClips(amountFen)
    .map((clip) => clipWords[clip])
    .join("");

test("amounts are read as a cashier counts them", () => {
  for (const [amountFen, text] of [
    [1n, "一分"],
    [2n, "两分"],
    [9n, "九分"],
    [10n, "一角"],
    [11n, "一角一分"],
    [20n, "两角"],
    [22n, "两角两分"],
    [50n, "五角"],
    [99n, "九角九分"],
    [100n, "一元"],
    [101n, "一元零一分"],
    [110n, "一元一角"],
    [200n, "两元"],
    [202n, "两元零两分"],
    [222n, "两元两角两分"],
    [1_000n, "十元"],
    [1_005n, "十元零五分"],
    [1_100n, "十一元"],
    [1_200n, "十二元"],
    [1_250n, "十二元五角"],
    [2_000n, "二十元"],
    [2_200n, "二十二元"],
    [9_999n, "九十九元九角九分"],
    [10_000n, "一百元"],
    [10_010n, "一百元一角"],
    [10_100n, "一百零一元"],
    [10_200n, "一百零二元"],
    [11_000n, "一百一十元"],
    [11_200n, "一百一十二元"],
    [20_000n, "两百元"],
    [20_200n, "两百零二元"],
    [22_222n, "两百二十二元两角两分"],
    [100_000n, "一千元"],
    [100_100n, "一千零一元"],
    [101_005n, "一千零一十元零五分"],
    [110_000n, "一千一百元"],
    [200_000n, "两千元"],
    [222_200n, "两千两百二十二元"],
    [1_000_000n, "一万元"],
    [1_000_100n, "一万零一元"],
    [1_001_000n, "一万零一十元"],
    [1_010_000n, "一万零一百元"],
    [1_100_000n, "一万一千元"],
    [1_200_000n, "一万两千元"],
    [2_000_000n, "两万元"],
    [2_002_000n, "两万零二十元"],
    [10_000_000n, "十万元"],
    [10_001_000n, "十万零一十元"],
    [10_050_000n, "十万零五百元"],
    [12_000_000n, "十二万元"],
    [20_300_000n, "二十万三千元"],
    [22_000_000n, "二十二万元"],
    [100_000_000n, "一百万元"],
    [102_000_000n, "一百零二万元"],
    [200_000_000n, "两百万元"],
    [222_222_222n, "两百二十二万两千两百二十二元两角两分"],
    [1_000_000_000n, "一千万元"],
    [2_000_000_000n, "两千万元"],
    [9_999_999_999n, "九千九百九十九万九千九百九十九元九角九分"],
    [10_000_000_000n, "一亿元"],
    [10_000_000_100n, "一亿零一元"],
    [10_002_000_000n, "一亿零两万元"],
    [10_100_000_000n, "一亿零一百万元"],
    [12_000_300_000n, "一亿两千万三千元"],
    [20_000_000_000n, "两亿元"],
    [100_000_000_000n, "十亿元"],
  ] as const) {
    assert.equal(words(amountFen), text, `${amountFen} fen`);
  }
});

test("an announcement names the wallet first, and its clips say what its text says", () => {
  assert.deepEqual(speechOf({ amountFen: 1_250n, wallet: "alipay" }), {
    text: "支付宝收款，十二元五角",
    clips: ["alipay-received", "10", "2", "yuan", "5", "jiao"],
  });
  assert.equal(speechOf({ amountFen: 200n, wallet: "huabei" }).text, "花呗收款，两元");
  assert.equal(speechOf({ amountFen: 1n, wallet: "wechat" }).text, "微信收款，一分");
  assert.equal(speechOf({ amountFen: 10_000n, wallet: "unionpay" }).text, "云闪付收款，一百元");
  assert.equal(speechOf({ amountFen: 10n, wallet: "bankCard" }).text, "银行卡收款，一角");
  assert.equal(refundSpeechOf(1_250n).text, "退款成功，十二元五角");
});

test("what is heard is the amount that was paid, over the whole range", () => {
  const amounts = fc.oneof(
    fc.bigInt({ min: 1n, max: 10_000_000_000n }),
    fc.bigInt({ min: 1n, max: spokenFenMax }),
    // Round amounts exercise the skipped places that random ones rarely have.
    fc
      .tuple(fc.bigInt({ min: 1n, max: 9_999n }), fc.integer({ min: 0, max: 8 }))
      .map(([n, e]) => n * 10n ** BigInt(e)),
  );
  fc.assert(
    fc.property(amounts, fc.constantFrom(...wallets), (amountFen, wallet) => {
      assert.deepEqual(parseSpeech(speechOf({ amountFen, wallet }).clips), { amountFen, wallet });
    }),
    { numRuns: 5_000 },
  );
});

test("every amount from 0.01 to 99.99, and a stride through 9,999.99, reads back as itself and as nothing else", () => {
  const seen = new Map<string, bigint>();
  for (let amountFen = 1n; amountFen <= 999_999n; amountFen += amountFen < 9_999n ? 1n : 7n) {
    const { clips, text } = speechOf({ amountFen, wallet: "alipay" });
    assert.deepEqual(parseSpeech(clips), { amountFen, wallet: "alipay" });
    assert.equal(seen.get(text), undefined, `${amountFen} and ${seen.get(text)} sound alike: ${text}`);
    seen.set(text, amountFen);
  }
});

test("no reading has two zeros in a row, ends in zero, or says 一十 at its beginning", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10_000_000_000n }), (amountFen) => {
      const text = words(amountFen);
      assert.doesNotMatch(text, /零零|零[元万亿]|^零|^一十|二[百千角]|两十|点|整/, text);
    }),
    { numRuns: 3_000 },
  );
});

test("clips that are not exactly one announcement are not understood", () => {
  for (const clips of [
    [],
    ["alipay-received"],
    ["1", "yuan"],
    ["alipay-received", "yuan"],
    ["alipay-received", "2", "yuan"],
    ["alipay-received", "1", "10", "yuan"],
    ["alipay-received", "1", "yuan", "5", "fen"],
    ["alipay-received", "1", "yuan", "0", "5", "fen", "fen"],
    ["alipay-received", "1", "yuan", "failed"],
    ["alipay-received", "1", "fen", "1", "yuan"],
    ["alipay-received", "1"],
    ["constructor", "1", "yuan"],
  ]) {
    assert.equal(parseSpeech(clips), null, clips.join(" "));
  }
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...clipIds), { maxLength: 12 }), (tail) => {
      const clips: ClipId[] = ["alipay-received", ...tail];
      const heard = parseSpeech(clips);
      if (heard) assert.deepEqual(speechOf(heard).clips, clips);
    }),
  );
});

test("an amount outside the spoken range is refused", () => {
  for (const amountFen of [0n, -1n, spokenFenMax + 1n]) {
    assert.throws(() => speechOf({ amountFen, wallet: "alipay" }), RangeError);
  }
  assert.equal(words(spokenFenMax).endsWith("九元九角九分"), true);
});

test("a summary counts payments and adds them up", () => {
  for (const [count, totalFen, text] of [
    [1, 1_250n, "离线期间共收款一笔，合计十二元五角"],
    [2, 200n, "离线期间共收款两笔，合计两元"],
    [12, 20_000n, "离线期间共收款十二笔，合计两百元"],
    [120, 2_000_000n, "离线期间共收款一百二十笔，合计两万元"],
  ] as const) {
    assert.equal(summarySpeechOf({ count, totalFen }).text, text);
  }
  for (const count of [0, -1, 1.5, 100_000_000]) {
    assert.throws(() => summarySpeechOf({ count, totalFen: 1n }), RangeError);
  }
});

test("every fixed sentence has words, and every clip of the pack is used by some sentence", () => {
  const used = new Set<ClipId>(["offline-received", "payments", "total", "refunded"]);
  for (const wallet of wallets) used.add(`${wallet}-received`);
  for (const clip of [...amountClips(123_456_789_012n), ...amountClips(202n)]) used.add(clip);
  for (const phrase of Object.keys(phrases) as Phrase[]) {
    assert.match(phraseSpeechOf(phrase).text, /^[\p{Script=Han}，]+$/u);
    for (const clip of phraseSpeechOf(phrase).clips) used.add(clip);
  }
  assert.deepEqual(
    [...clipIds].filter((clip) => !used.has(clip)),
    [],
  );
});

test("Huabei is named where the money came from Huabei, otherwise the channel is", () => {
  for (const [channel, source, wallet] of [
    ["alipay", "balance", "alipay"],
    ["alipay", "huabei", "huabei"],
    ["alipay", "huabeiInstalment", "huabei"],
    ["alipay", "creditCard", "alipay"],
    ["alipay", null, "alipay"],
    ["wechat", "balance", "wechat"],
    ["unionpay", "debitCard", "unionpay"],
  ] as const) {
    assert.equal(walletOf(channel, source), wallet);
  }
});
