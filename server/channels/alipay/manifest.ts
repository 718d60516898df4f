// What Alipay is to the platform, as data: names, products, limits, the fields of its set-up form, its timetable.
import { paymentFenMax, paymentFenMin } from "../../kernel/money.ts";
import type { ChannelManifest, ConfigField } from "../port.ts";
import { usualTransit } from "../timetables.ts";

const keyHelp = {
  zh: "支持 PEM 格式，也可直接粘贴支付宝密钥工具导出的一行文本。",
  en: "PEM, or the single line that Alipay’s key tool exports.",
} as const;

const certificatePattern = "^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\s*$";

const certificateFields: readonly ConfigField[] = [
  {
    key: "appCertPem",
    label: { zh: "应用公钥证书", en: "App certificate" },
    help: {
      zh: "文件 appCertPublicKey_<APPID>.crt 的全部内容。",
      en: "The whole of the file appCertPublicKey_<APPID>.crt.",
    },
    secret: "no",
    pattern: certificatePattern,
  },
  {
    key: "alipayCertPem",
    label: { zh: "支付宝公钥证书", en: "Alipay’s certificate" },
    help: {
      zh: "文件 alipayCertPublicKey_RSA2.crt 的全部内容。",
      en: "The whole of the file alipayCertPublicKey_RSA2.crt.",
    },
    secret: "no",
    pattern: certificatePattern,
  },
  {
    key: "alipayRootCertPem",
    label: { zh: "支付宝根证书", en: "Alipay’s root certificates" },
    help: {
      zh: "文件 alipayRootCert.crt 的全部内容，其中有多个证书。",
      en: "The whole of the file alipayRootCert.crt; it holds several certificates.",
    },
    secret: "no",
    pattern: certificatePattern,
  },
];

/** How the wire is spoken beside the keys. Each may be left out. */
const wireFields: readonly ConfigField[] = [
  {
    key: "appAuthToken",
    label: { zh: "应用授权令牌 app_auth_token", en: "Authorisation token app_auth_token" },
    help: {
      zh: "服务商模式：商户授权给本应用的令牌；商户自己的应用不填。",
      en: "For a service provider: the token by which the merchant authorised this app; empty for the merchant’s own app.",
    },
    secret: "yes",
    pattern: "^[0-9A-Za-z]{0,60}$",
  },
  {
    key: "aesKey",
    label: { zh: "接口内容加密密钥", en: "Content encryption key" },
    help: {
      zh: "开放平台“接口内容加密方式”中的 AES 密钥；不填则内容不加密。",
      en: "The AES key of “content encryption” on the open platform; without it content is not encrypted.",
    },
    secret: "yes",
    pattern: "^(?:[A-Za-z0-9+\\/]{22}==)?$",
  },
  {
    key: "encryptedAnswerSigning",
    label: { zh: "加密应答的签名范围", en: "What signatures of encrypted answers cover" },
    help: {
      zh: "quoted（默认）：连同引号；bare：不含引号。仅在内容加密时有用。",
      en: "quoted (default): with the quotation marks; bare: without. Only where content is encrypted.",
    },
    secret: "no",
    pattern: "^(?:quoted|bare)?$",
  },
  {
    key: "charset",
    label: { zh: "字符集", en: "Charset" },
    help: { zh: "utf-8（默认）或 gbk。", en: "utf-8 (default) or gbk." },
    secret: "no",
    pattern: "^(?:utf-8|gbk)?$",
  },
];

export const alipayManifest: ChannelManifest = {
  code: "alipay",
  names: { zh: "支付宝", en: "Alipay" },
  products: [
    { code: "alipay", names: { zh: "支付宝收款", en: "Alipay collection" } },
    { code: "huabei", names: { zh: "花呗收款", en: "Huabei collection" } },
  ],
  amountFenMin: paymentFenMin,
  amountFenMax: paymentFenMax,
  configFields: [
    {
      key: "appId",
      label: { zh: "应用编号 APPID", en: "App id" },
      help: { zh: "开放平台应用详情页中的 APPID。", en: "As shown on the app’s page of the open platform." },
      secret: "no",
      pattern: "^[0-9]{1,32}$",
      identity: "yes",
    },
    {
      key: "privateKeyPem",
      label: { zh: "应用私钥", en: "App private key" },
      help: keyHelp,
      secret: "yes",
      pattern:
        "^-----BEGIN (RSA )?PRIVATE KEY-----[\\s\\S]+-----END (RSA )?PRIVATE KEY-----\\s*$|^[A-Za-z0-9+/=\\s]{300,8000}$",
    },
    {
      key: "alipayPublicKeyPem",
      label: { zh: "支付宝公钥", en: "Alipay’s public key" },
      help: {
        zh: "是“支付宝公钥”，不是“应用公钥”；用来验证支付宝的应答和通知。",
        en: "Alipay’s public key, not the app’s own: it verifies Alipay’s answers and notifications.",
      },
      secret: "no",
      pattern:
        "^-----BEGIN PUBLIC KEY-----[\\s\\S]+-----END PUBLIC KEY-----\\s*$|^[A-Za-z0-9+/=\\s]{100,4000}$",
    },
    ...certificateFields,
    {
      key: "sellerId",
      label: { zh: "商户 PID", en: "Seller id (PID)" },
      help: {
        zh: "以 2088 开头的 16 位数字，即收款账号。",
        en: "16 digits beginning with 2088: the receiving account.",
      },
      secret: "no",
      pattern: "^2088[0-9]{12}$",
      identity: "yes",
    },
    {
      key: "gatewayUrl",
      label: { zh: "网关地址", en: "Gateway URL" },
      help: {
        zh: "正式环境为 https://openapi.alipay.com/gateway.do；只有本机地址可以不用 https。",
        en: "In production https://openapi.alipay.com/gateway.do; only this machine itself may go without https.",
      },
      secret: "no",
      pattern: "^(https://[^\\s?#]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?/[^\\s?#]*)$",
    },
    ...wireFields,
  ],
  configModes: [
    {
      code: "publicKey",
      label: { zh: "公钥模式", en: "Public key" },
      help: {
        zh: "开放平台的接口加签方式为“公钥”时选用，填写支付宝公钥。",
        en: "Where the open platform signs by public key: fill in Alipay’s public key.",
      },
      fields: ["alipayPublicKeyPem"],
    },
    {
      code: "certificate",
      label: { zh: "证书模式", en: "Certificate" },
      help: {
        zh: "开放平台的接口加签方式为“公钥证书”时选用，三个证书文件都要填写。",
        en: "Where the open platform signs by certificate: all three certificate files are needed.",
      },
      fields: certificateFields.map(({ key }) => key),
    },
  ],
  offers: { shownCodes: "yes", close: "yes", instalments: "yes", bill: "yes" },
  // Alipay prescribes: first query 5 s after pay, then every 3 s; cancel at once after the last query, without a gap
  // in which the payer could still pay; repeat the cancel while it fails. The lengths are ours within its ranges.
  timetable: {
    replyTimeoutMs: 10_000,
    firstQuerySeconds: 5,
    queryIntervalSeconds: 3,
    cancelAfterSeconds: 60,
    cancelIntervalSeconds: 2,
    cancelAttemptsMax: 3,
    expirySeconds: 120,
    slowIntervalSeconds: 10,
    reviewAfterSeconds: 170,
    reviewQueryIntervalSeconds: 300,
    // Alipay repeats its notifications for about 25 hours; so long the truth may still arrive by itself.
    reviewQueryUntilSeconds: 90_000,
  },
  // A code lives two hours at most, whatever it is asked for; a customer at a counter needs minutes. Expiries are checked by
  // Alipay to the second, and the money of a payment begun before may arrive some seconds later.
  shownCodeTimetable: {
    validitySeconds: 300,
    validitySecondsMax: 7_200,
    queryIntervalSeconds: 3,
    settleAfterExpirySeconds: 10,
  },
  // Alipay prescribes ten seconds between a refund and its first query, and the same number on every repetition.
  // How often and how long is ours; a short balance is topped up by a person, in hours rather than in seconds.
  refundTimetable: {
    queryAfterSeconds: 10,
    resendSecondsMin: 15,
    resendSecondsMax: 600,
    balanceShortRetrySeconds: [60, 300, 900, 3_600],
    sendUntilSeconds: 86_400,
    reviewAfterSeconds: 86_400,
    askOnSeconds: 90_000,
    // Alipay never says that it has a refund in hand: it went back, or it did not.
    transit: usualTransit,
    voidUntilSecondOfDay: null,
  },
};
