// What UnionPay is to the platform, as data: names, products, limits, the fields of its set-up form, its timetable.
import { paymentFenMax, paymentFenMin } from "../../kernel/money.ts";
import type { ChannelManifest, ConfigField } from "../port.ts";

const certificatePattern = "^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\s*$";

const ownIdentityFields: readonly ConfigField[] = [
  {
    key: "pfxBase64",
    label: { zh: "商户私钥证书 .pfx（Base64）", en: "Merchant key file .pfx (base64)" },
    help: {
      zh: "从银联商户服务平台下载的 .pfx 文件，转成 Base64 后粘贴，例如执行 base64 -w0 acp.pfx。",
      en: "The .pfx file from UnionPay’s merchant service, as base64; base64 -w0 acp.pfx makes it.",
    },
    secret: "yes",
    pattern: "^[A-Za-z0-9+/=\\s]{1000,20000}$",
  },
  {
    key: "pfxPassword",
    label: { zh: "证书密码", en: "Password of the key file" },
    help: { zh: "下载 .pfx 文件时设置的密码。", en: "As it was chosen when the .pfx file was downloaded." },
    secret: "yes",
    pattern: "^.{1,64}$",
  },
  {
    key: "signCertificatePem",
    label: { zh: "商户签名证书", en: "Merchant certificate" },
    help: {
      zh: "PEM 格式；其序列号就是报文中的 certId。",
      en: "PEM; its serial number is the certId of our messages.",
    },
    secret: "no",
    pattern: certificatePattern,
  },
  {
    key: "signPrivateKeyPem",
    label: { zh: "商户签名私钥", en: "Merchant private key" },
    help: { zh: "PEM 格式，与签名证书成对。", en: "PEM, the key of the certificate." },
    secret: "yes",
    pattern: "^\\s*-----BEGIN (RSA )?PRIVATE KEY-----[\\s\\S]+-----END (RSA )?PRIVATE KEY-----\\s*$",
  },
];

export const unionpayManifest: ChannelManifest = {
  code: "unionpay",
  names: { zh: "云闪付", en: "UnionPay" },
  products: [{ code: "unionpay", names: { zh: "银联二维码收款", en: "UnionPay QR collection" } }],
  amountFenMin: paymentFenMin,
  amountFenMax: paymentFenMax,
  configFields: [
    {
      key: "merId",
      label: { zh: "商户号 merId", en: "Merchant number (merId)" },
      help: { zh: "银联分配的 15 位商户代码。", en: "The 15 characters that UnionPay gave the merchant." },
      secret: "no",
      pattern: "^[0-9A-Za-z]{15}$",
      identity: "yes",
    },
    ...ownIdentityFields,
    {
      key: "middleCertificatePem",
      label: { zh: "银联中级证书", en: "UnionPay’s middle certificate" },
      help: {
        zh: "文件 acp_prod_middle.cer 的全部内容，用来核对银联应答所带的证书。",
        en: "The whole of the file acp_prod_middle.cer: UnionPay’s own certificate is held against it.",
      },
      secret: "no",
      pattern: certificatePattern,
    },
    {
      key: "rootCertificatePem",
      label: { zh: "银联根证书", en: "UnionPay’s root certificate" },
      help: { zh: "文件 acp_prod_root.cer 的全部内容。", en: "The whole of the file acp_prod_root.cer." },
      secret: "no",
      pattern: certificatePattern,
    },
    {
      key: "gatewayUrl",
      label: { zh: "网关地址", en: "Gateway URL" },
      help: {
        zh: "正式环境为 https://gateway.95516.com/gateway/api；只有本机地址可以不用 https。",
        en: "In production https://gateway.95516.com/gateway/api; only this machine itself may go without https.",
      },
      secret: "no",
      pattern:
        "^(https://[^\\s?#]*[^\\s?#/]|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?/[^\\s?#]*[^\\s?#/])$",
    },
  ],
  configModes: [
    {
      code: "keyFile",
      label: { zh: "证书文件（.pfx）", en: "Key file (.pfx)" },
      help: {
        zh: "银联下发的 .pfx 文件和密码，直接使用，不需要转换格式。",
        en: "The .pfx file as UnionPay hands it out, with its password; no conversion is needed.",
      },
      fields: ["pfxBase64", "pfxPassword"],
    },
    {
      code: "pem",
      label: { zh: "PEM 证书和私钥", en: "PEM certificate and key" },
      help: {
        zh: "已经把 .pfx 拆成证书和私钥时选用。",
        en: "Where the .pfx file was split into certificate and key before.",
      },
      fields: ["signCertificatePem", "signPrivateKeyPem"],
    },
  ],
  // It settles net what is owed, so a merchant without money is no case of its own.
  offers: { shownCodes: "yes", close: "no", instalments: "no", shortBalance: "no", bill: "yes" },
  // UnionPay asks for queries after 2, 4, 8, 16 and 32 seconds, each wait twice the one before. A timetable here has one
  // interval: the first query comes after 2 seconds and then one every 5, so that a till learns of every step of that
  // ladder at most 3 seconds late, and by the end of the ladder, at 62 seconds, has asked 13 times instead of 5, far below
  // the number at which UnionPay answers “too often” (37). Then the reversal, at once, three times; then slowly.
  timetable: {
    replyTimeoutMs: 10_000,
    firstQuerySeconds: 2,
    queryIntervalSeconds: 5,
    cancelAfterSeconds: 62,
    cancelIntervalSeconds: 4,
    cancelAttemptsMax: 3,
    // A payment carries no expiry: it is refused once its txnTime is no longer the present. Whoever is told “no such
    // transaction” after this may believe it.
    expirySeconds: 120,
    slowIntervalSeconds: 16,
    reviewAfterSeconds: 170,
    reviewQueryIntervalSeconds: 300,
    // The settlement file of the day is there by the next morning: until then the truth may still arrive by itself.
    reviewQueryUntilSeconds: 90_000,
  },
  // No close in this network: a code that nobody pays ends by its own expiry. Money of a payment begun before may arrive
  // somewhat later.
  shownCodeTimetable: {
    validitySeconds: 300,
    validitySecondsMax: 7_200,
    queryIntervalSeconds: 5,
    settleAfterExpirySeconds: 30,
  },
  // A refund is only accepted at first; its fate is asked for, or notified. The same number and time on every repetition.
  refundTimetable: {
    queryAfterSeconds: 4,
    resendSecondsMin: 16,
    resendSecondsMax: 600,
    balanceShortRetrySeconds: [3_600],
    sendUntilSeconds: 86_400,
    reviewAfterSeconds: 86_400,
    askOnSeconds: 90_000,
    // To the card within ten clearing days at the most. UnionPay itself says within the day whether it carried a refund out,
    // by a query or by the settlement file; where it still has it in hand after ten days, somebody has to ask there.
    transit: { askSecondsMin: 16, askSecondsMax: 21_600, workingDaysMax: 10, reviewAfterSeconds: 1_209_600 },
    // 消费撤销 undoes a payment of the current clearing day as a whole, and the money is back on that day or the next. The
    // clearing day ends at 23:00; a void that comes too late for it all the same is refused, and a refund follows.
    voidUntilSecondOfDay: 81_000,
  },
};
