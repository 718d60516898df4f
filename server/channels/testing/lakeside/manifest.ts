// What Lakeside is to the platform, as data. The network does not exist: its rules stand in golden/README.md.
import { paymentFenMax, paymentFenMin } from "../../../kernel/money.ts";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { ChannelManifest } from "../../port.ts";
import { usualTransit } from "../../timetables.ts";

/** It is no channel of this product, so its code is none of those that may be stored. */
const code: string = "lakeside";

export const lakesideManifest: ChannelManifest = {
  code: code as ChannelCode,
  names: { zh: "湖畔支付", en: "Lakeside" },
  products: [{ code: "lakeside", names: { zh: "湖畔收款", en: "Lakeside collection" } }],
  amountFenMin: paymentFenMin,
  amountFenMax: paymentFenMax,
  configFields: [
    {
      key: "merchantNo",
      label: { zh: "湖畔商户号", en: "Lakeside merchant number" },
      help: { zh: "湖畔支付分配的 6 位数字。", en: "Six digits, given out by Lakeside." },
      secret: "no",
      pattern: "^[0-9]{6}$",
    },
    {
      key: "sharedKeyHex",
      label: { zh: "共享密钥", en: "Shared key" },
      help: { zh: "64 位十六进制字符。", en: "64 hexadecimal digits." },
      secret: "yes",
      pattern: "^[0-9a-f]{64}$",
    },
    {
      key: "gatewayUrl",
      label: { zh: "网关地址", en: "Gateway URL" },
      help: { zh: "只有本机地址可以不用 https。", en: "Only this machine itself may go without https." },
      secret: "no",
      pattern: "^(https://[^\\s?#]+|http://(localhost|127\\.0\\.0\\.1)(:[0-9]{1,5})?/[^\\s?#]*)$",
    },
  ],
  configModes: [],
  offers: { shownCodes: "no", close: "no", instalments: "no", refundCallbacks: "no", bill: "yes" },
  // Lakeside prescribes the first query after 5 s and the cancel no sooner than 30 s; the rest is ours.
  timetable: {
    replyTimeoutMs: 10_000,
    firstQuerySeconds: 5,
    queryIntervalSeconds: 3,
    cancelAfterSeconds: 30,
    cancelIntervalSeconds: 2,
    cancelAttemptsMax: 3,
    expirySeconds: 120,
    slowIntervalSeconds: 10,
    reviewAfterSeconds: 170,
    reviewQueryIntervalSeconds: 300,
    reviewQueryUntilSeconds: 90_000,
  },
  shownCodeTimetable: null,
  // Lakeside names no times for refunds: all of this is ours.
  refundTimetable: {
    queryAfterSeconds: 5,
    resendSecondsMin: 15,
    resendSecondsMax: 600,
    balanceShortRetrySeconds: [60, 300, 900, 3_600],
    sendUntilSeconds: 86_400,
    reviewAfterSeconds: 86_400,
    askOnSeconds: 90_000,
    transit: usualTransit,
    voidUntilSecondOfDay: null,
  },
};
