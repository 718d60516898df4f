// What WeChat Pay is to the platform, as data: names, products, limits, the fields of its set-up form, its timetables.
import type { Localized } from "@huiyin/contract/words.ts";
import { fen, paymentFenMin } from "../../kernel/money.ts";
import type { ChannelManifest, ConfigField, ConfigMode } from "../port.ts";
import { pageFields } from "./pageFields.ts";
import { certificateFieldKeys, publicKeyFieldKeys, v2FieldKeys, v3FieldKeys } from "./account.ts";
import {
  pollingProfileDefault,
  refundTimetable,
  resolutionTimetable,
  shownCodeTimetable,
} from "./timetables.ts";

/** total_fee is a whole number of at most nine digits in the oldest documents: 10,000,000 yuan less a fen stays within. */
const amountFenMax = fen(999_999_999).minor;

const certificatePattern = "^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]+-----END CERTIFICATE-----\\s*$";
const privateKeyPattern =
  "^\\s*-----BEGIN (RSA )?PRIVATE KEY-----[\\s\\S]+-----END (RSA )?PRIVATE KEY-----\\s*$";
const keyPattern = "^[!-~]{32}$";

const identityFields: readonly ConfigField[] = [
  {
    key: "appId",
    label: { zh: "公众账号编号 APPID", en: "App id" },
    help: {
      zh: "以 wx 开头，已与商户号绑定；服务商模式填服务商的 APPID。",
      en: "Begins with wx and is bound to the merchant number; a service provider fills in its own.",
    },
    secret: "no",
    pattern: "^wx[0-9a-zA-Z]{8,30}$",
    identity: "yes",
  },
  {
    key: "mchId",
    label: { zh: "商户号", en: "Merchant number" },
    help: {
      zh: "微信支付商户平台的商户号；服务商模式填服务商的商户号。",
      en: "As on WeChat Pay’s merchant platform; a service provider fills in its own.",
    },
    secret: "no",
    pattern: "^[0-9]{8,32}$",
    identity: "yes",
  },
  {
    key: "subMchId",
    label: { zh: "特约商户号", en: "Sub-merchant number" },
    help: { zh: "只有服务商模式才填写。", en: "Of service providers only." },
    secret: "no",
    pattern: "^([0-9]{8,32})?$",
    identity: "yes",
  },
  {
    key: "subAppId",
    label: { zh: "特约商户 APPID", en: "Sub-merchant’s app id" },
    help: { zh: "只有服务商模式才填写，可以留空。", en: "Of service providers only; may be left empty." },
    secret: "no",
    pattern: "^(wx[0-9a-zA-Z]{8,30})?$",
    identity: "yes",
  },
];

const v2Fields: readonly ConfigField[] = [
  {
    key: "apiKeyV2",
    label: { zh: "APIv2 密钥", en: "APIv2 key" },
    help: {
      zh: "商户平台“API 安全”中设置的 32 个字符；付款码收款使用。",
      en: "The 32 characters set under API security on the merchant platform; code pay uses it.",
    },
    secret: "yes",
    pattern: keyPattern,
  },
  {
    key: "clientCertificatePem",
    label: { zh: "商户 API 证书", en: "Merchant’s API certificate" },
    help: {
      zh: "文件 apiclient_cert.pem 的全部内容；撤销和退款时出示。",
      en: "The whole of apiclient_cert.pem; shown for reversals and refunds.",
    },
    secret: "no",
    pattern: certificatePattern,
  },
  {
    key: "clientPrivateKeyPem",
    label: { zh: "商户 API 证书私钥", en: "Private key of that certificate" },
    help: { zh: "文件 apiclient_key.pem 的全部内容。", en: "The whole of apiclient_key.pem." },
    secret: "yes",
    pattern: privateKeyPattern,
  },
];

const v3Fields: readonly ConfigField[] = [
  {
    key: "apiV3Key",
    label: { zh: "APIv3 密钥", en: "APIv3 key" },
    help: {
      zh: "商户平台“API 安全”中设置的 32 个字符，与 APIv2 密钥不同；用来解开通知。",
      en: "The 32 characters set under API security, another than the APIv2 key; it opens notices.",
    },
    secret: "yes",
    pattern: keyPattern,
  },
  {
    key: "merchantSerialNo",
    label: { zh: "商户 API 证书序列号", en: "Serial of the merchant’s API certificate" },
    help: {
      zh: "商户平台“API 安全”中显示的一串大写十六进制字符。",
      en: "The upper-case hex digits shown under API security on the merchant platform.",
    },
    secret: "no",
    pattern: "^[0-9A-F]{8,64}$",
  },
  {
    key: "merchantPrivateKeyPem",
    label: { zh: "商户 API 私钥", en: "Merchant’s private key" },
    help: {
      zh: "文件 apiclient_key.pem 的全部内容；APIv3 的请求用它签名。",
      en: "The whole of apiclient_key.pem; it signs requests of APIv3.",
    },
    secret: "yes",
    pattern: privateKeyPattern,
  },
];

const platformFields: readonly ConfigField[] = [
  {
    key: "platformCertificatesPem",
    label: { zh: "微信支付平台证书", en: "WeChat Pay’s platform certificates" },
    help: {
      zh: "一张或多张，依次粘贴；证书更换期间新旧两张都填。",
      en: "One or several, one after the other; during a renewal the old and the new one.",
    },
    secret: "no",
    pattern: certificatePattern,
  },
  {
    key: "platformPublicKeyId",
    label: { zh: "微信支付公钥 ID", en: "Id of WeChat Pay’s public key" },
    help: {
      zh: "以 PUB_KEY_ID_ 开头；新商户只有公钥，没有平台证书。",
      en: "Begins with PUB_KEY_ID_; new merchants have a public key only, and no platform certificate.",
    },
    secret: "no",
    pattern: "^PUB_KEY_ID_[0-9A-Za-z_]{1,64}$",
  },
  {
    key: "platformPublicKeyPem",
    label: { zh: "微信支付公钥", en: "WeChat Pay’s public key" },
    help: {
      zh: "文件 pub_key.pem 的全部内容，用来验证微信支付的应答和通知。",
      en: "The whole of pub_key.pem; it verifies WeChat Pay’s answers and notices.",
    },
    secret: "no",
    pattern: "^\\s*-----BEGIN PUBLIC KEY-----[\\s\\S]+-----END PUBLIC KEY-----\\s*$",
  },
];

const addressFields: readonly ConfigField[] = [
  {
    key: "gatewayUrl",
    label: { zh: "接口地址", en: "Gateway URL" },
    help: {
      zh: "正式环境为 https://api.mch.weixin.qq.com，末尾不带斜杠；只有本机地址可以不用 https。",
      en: "In production https://api.mch.weixin.qq.com, without a final slash; only this machine itself may go without https.",
    },
    secret: "no",
    pattern:
      "^(https://[^\\s?#]+[^\\s?#/]|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?(/[^\\s?#]*[^\\s?#/])?)$",
  },
  {
    key: "codePayVersion",
    label: { zh: "付款码收款的接口版本", en: "Generation of code pay" },
    help: {
      zh: "填 v2 或 v3；留空时有 APIv2 密钥就用 v2。微信支付对 v3 付款码的说法不一，请先确认商户已开通。",
      en: "v2 or v3; left empty, v2 where there is its key. WeChat Pay’s pages disagree on code pay in v3: make sure that the merchant has it.",
    },
    secret: "no",
    pattern: "^(v2|v3)?$",
  },
  {
    key: "signTypeV2",
    label: { zh: "APIv2 签名方式", en: "Type of signature of APIv2" },
    help: {
      zh: "填 MD5 或 HMAC-SHA256；留空为 HMAC-SHA256。",
      en: "MD5 or HMAC-SHA256; left empty, HMAC-SHA256.",
    },
    secret: "no",
    pattern: "^(MD5|HMAC-SHA256)?$",
  },
];

const certificateHelp = {
  zh: "应答和通知用微信支付平台证书验证。",
  en: "Answers and notices are verified by WeChat Pay’s platform certificates.",
};
const publicKeyHelp = {
  zh: "应答和通知用微信支付公钥验证，新商户使用。",
  en: "Answers and notices are verified by WeChat Pay’s public key, as of new merchants.",
};
const changeHelp = {
  zh: "平台证书更换为公钥期间，两者都填。",
  en: "While the platform certificates give way to the public key, both count.",
};
const bothHelp = {
  zh: "付款码收款走 APIv2，其余走 APIv3。",
  en: "Code pay by APIv2, the rest by APIv3.",
};
const joined = (first: Localized, second: Localized): Localized => ({
  zh: `${first.zh}${second.zh}`,
  en: `${first.en} ${second.en}`,
});

/**
 * The ways to be configured: v2, v3, or both; v3 verified by certificates, by the public key, or by both during the
 * change. They share fields: which of them an account is in follows from what is filled in.
 */
const configModes: readonly ConfigMode[] = [
  {
    code: "v2",
    label: { zh: "APIv2", en: "APIv2" },
    help: {
      zh: "付款码收款、撤销和退款都走 APIv2，需要密钥和商户证书。",
      en: "Everything by APIv2: its key, and the merchant’s certificate.",
    },
    fields: v2FieldKeys,
  },
  {
    code: "v3Certificate",
    label: { zh: "APIv3（平台证书）", en: "APIv3 (platform certificate)" },
    help: certificateHelp,
    fields: [...v3FieldKeys, ...certificateFieldKeys],
  },
  {
    code: "v3PublicKey",
    label: { zh: "APIv3（公钥）", en: "APIv3 (public key)" },
    help: publicKeyHelp,
    fields: [...v3FieldKeys, ...publicKeyFieldKeys],
  },
  {
    code: "v3Change",
    label: { zh: "APIv3（证书换公钥期间）", en: "APIv3 (certificate to public key)" },
    help: changeHelp,
    fields: [...v3FieldKeys, ...certificateFieldKeys, ...publicKeyFieldKeys],
  },
  {
    code: "v2AndV3Certificate",
    label: { zh: "APIv2 与 APIv3（平台证书）", en: "APIv2 and APIv3 (platform certificate)" },
    help: joined(bothHelp, certificateHelp),
    fields: [...v2FieldKeys, ...v3FieldKeys, ...certificateFieldKeys],
  },
  {
    code: "v2AndV3PublicKey",
    label: { zh: "APIv2 与 APIv3（公钥）", en: "APIv2 and APIv3 (public key)" },
    help: joined(bothHelp, publicKeyHelp),
    fields: [...v2FieldKeys, ...v3FieldKeys, ...publicKeyFieldKeys],
  },
  {
    code: "v2AndV3Change",
    label: { zh: "APIv2 与 APIv3（证书换公钥期间）", en: "APIv2 and APIv3 (certificate to public key)" },
    help: joined(bothHelp, changeHelp),
    fields: [...v2FieldKeys, ...v3FieldKeys, ...certificateFieldKeys, ...publicKeyFieldKeys],
  },
];

export const wechatManifest: ChannelManifest = {
  code: "wechat",
  names: { zh: "微信支付", en: "WeChat Pay" },
  products: [{ code: "wechat", names: { zh: "微信收款", en: "WeChat Pay collection" } }],
  amountFenMin: paymentFenMin,
  amountFenMax,
  configFields: [
    ...[...identityFields, ...v2Fields, ...v3Fields, ...platformFields, ...addressFields],
    ...pageFields,
  ],
  configModes,
  // Code pay has no notice: its answer, or a query, tells.
  offers: {
    ...{ shownCodes: "yes", pages: "yes", close: "yes", instalments: "no", bill: "yes" },
    payerCodeCallbacks: "no",
  },
  timetable: resolutionTimetable(pollingProfileDefault),
  shownCodeTimetable,
  refundTimetable,
};
