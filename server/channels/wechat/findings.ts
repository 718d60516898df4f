// What can be wrong with an account of WeChat Pay, in words for the person who filled it in: what it is, and what to do next.
import { findingsOf, validityFindings, type FindingWords } from "../findings.ts";
import type { ConfigFinding } from "../port.ts";

const securityPage = [
  "请到微信支付商户平台“账户中心 - API 安全”核对。",
  "Compare it with “API security” in the account centre of WeChat Pay’s merchant platform.",
] as const;

const words = {
  fieldMissing: {
    field: null,
    title: ["这一项还没有填写", "This has not been filled in"],
    next: [
      "APIv2 需要密钥、商户证书和证书私钥；APIv3 需要密钥、证书序列号、私钥，以及平台证书或微信支付公钥。",
      "APIv2 needs its key, the merchant’s certificate and its private key; APIv3 its key, the certificate’s serial, the private key, and platform certificates or WeChat Pay’s public key.",
    ],
  },
  certificateUnreadable: {
    field: null,
    title: ["证书读不出来", "The certificate cannot be read"],
    next: [
      "请粘贴证书文件的全部内容，从 BEGIN CERTIFICATE 到 END CERTIFICATE。",
      "Paste the whole file, from BEGIN CERTIFICATE to END CERTIFICATE.",
    ],
  },
  privateKeyUnreadable: {
    field: "merchantPrivateKeyPem",
    title: ["商户私钥读不出来", "The merchant’s private key cannot be read"],
    next: ["请粘贴 apiclient_key.pem 的全部内容。", "Paste the whole of apiclient_key.pem."],
  },
  privateKeyNotOfCertificate: {
    field: "clientPrivateKeyPem",
    title: ["私钥与商户证书不是一对", "The private key does not belong to the merchant’s certificate"],
    next: [
      "请使用同一次申请得到的 apiclient_cert.pem 和 apiclient_key.pem。",
      "Use apiclient_cert.pem and apiclient_key.pem of the same application.",
    ],
  },
  platformKeyUnreadable: {
    field: "platformPublicKeyPem",
    title: ["微信支付公钥读不出来", "WeChat Pay’s public key cannot be read"],
    next: [
      "请粘贴从商户平台下载的 pub_key.pem 全文，不要填证书或私钥。",
      "Paste the whole pub_key.pem of the merchant platform; neither a certificate nor a private key belongs here.",
    ],
  },
  platformKeyIsOwn: {
    field: "platformPublicKeyPem",
    title: [
      "填的是商户自己的公钥，不是微信支付公钥",
      "This is the merchant’s own public key, not WeChat Pay’s",
    ],
    next: [
      "请从商户平台下载“微信支付公钥”。",
      "Download “WeChat Pay’s public key” from the merchant platform.",
    ],
  },
  platformKeyWrong: {
    field: "platformPublicKeyPem",
    title: [
      "用填写的微信支付公钥或平台证书验不过应答",
      "Answers cannot be verified with this public key or platform certificate",
    ],
    next: [
      "请从商户平台重新下载，公钥与公钥 ID 要成对填写。",
      "Download it again from the merchant platform; the public key and its id belong together.",
    ],
  },
  platformKeyUnknown: {
    field: "platformPublicKeyId",
    title: [
      "微信支付用另一把公钥或另一张平台证书签名，不是填写的这些",
      "WeChat Pay signs under another public key or platform certificate than these",
    ],
    next: [
      "微信支付可能正在更换密钥，请把新的公钥或平台证书也填上。",
      "WeChat Pay may be changing keys: fill in the new public key or platform certificate too.",
    ],
  },
  apiKeyV2Wrong: {
    field: "apiKeyV2",
    title: ["APIv2 密钥不对，签名没有通过", "The APIv2 key is wrong: the signature was refused"],
    next: securityPage,
  },
  apiV3KeyWrong: {
    field: "apiV3Key",
    title: [
      "用填写的 APIv3 密钥解不开微信支付的密文",
      "What WeChat Pay sealed does not open under this APIv3 key",
    ],
    next: securityPage,
  },
  privateKeyWrong: {
    field: "merchantPrivateKeyPem",
    title: [
      "微信支付验不过我们的签名：私钥与该序列号的商户证书不是一对",
      "WeChat Pay cannot verify our signature: the private key does not belong to the certificate of this serial",
    ],
    next: securityPage,
  },
  serialWrong: {
    field: "merchantSerialNo",
    title: [
      "微信支付不认识这个商户证书序列号",
      "WeChat Pay does not know this serial of a merchant’s certificate",
    ],
    next: securityPage,
  },
  appIdWrong: {
    field: "appId",
    title: ["微信支付不认识这个 APPID", "WeChat Pay does not know this app id"],
    next: [
      "请核对 APPID 是否以 wx 开头、有没有多余字符。",
      "Make sure that it begins with wx and has no extra characters.",
    ],
  },
  mchIdWrong: {
    field: "mchId",
    title: ["微信支付不认识这个商户号", "WeChat Pay does not know this merchant number"],
    next: securityPage,
  },
  appIdNotBound: {
    field: "appId",
    title: ["这个 APPID 没有绑定到该商户号", "This app id is not bound to the merchant number"],
    next: [
      "请在商户平台“产品中心 - AppID 账号管理”中绑定。",
      "Bind it under the app ids of the product centre on the merchant platform.",
    ],
  },
  productNotSigned: {
    field: null,
    title: ["这个商户没有开通所需的支付产品", "The merchant has not signed for the product"],
    next: [
      "请在商户平台“产品中心”开通付款码支付和 Native 支付。",
      "Sign for code pay and Native pay in the product centre of the merchant platform.",
    ],
  },
  gatewayUnreachable: {
    field: "gatewayUrl",
    title: ["连不上微信支付", "WeChat Pay cannot be reached"],
    next: [
      "请检查接口地址和服务器的外网连接，然后重试。",
      "Check the address and this server’s way to the internet, then try again.",
    ],
  },
  gatewayStrange: {
    field: "gatewayUrl",
    title: ["这个地址的应答不像微信支付", "What answers at this address is not WeChat Pay"],
    next: ["请填写 https://api.mch.weixin.qq.com。", "Fill in https://api.mch.weixin.qq.com."],
  },
  clockWrong: {
    field: null,
    title: [
      "我们的时间与微信支付相差超过五分钟",
      "Our time is more than five minutes away from WeChat Pay’s",
    ],
    next: ["请校准服务器的时钟后重试。", "Set this server’s clock right, then try again."],
  },
  channelBusy: {
    field: null,
    title: ["微信支付现在没有给出明确的答复", "WeChat Pay gave no clear answer for the moment"],
    next: ["请过一会儿再试。", "Try again in a while."],
  },
  refusedByChannel: {
    field: null,
    title: ["微信支付没有接受这次试探查询", "WeChat Pay did not accept the trial query"],
    next: ["请根据微信支付的原话核对配置。", "Compare the configuration with WeChat Pay’s own words."],
  },
} as const satisfies Readonly<Record<string, FindingWords>>;

export type FindingCode = keyof typeof words;

/** A finding in its usual words. @param field instead of the usual one, where the problem may lie in several */
export const finding = findingsOf(words);

/** A certificate outside its validity. */
export const validityFinding = validityFindings({
  zh: "请在微信支付商户平台更换证书，下载后重新填写。",
  en: "Renew the certificate on WeChat Pay’s merchant platform, then fill it in again.",
});

/** WeChat Pay has a certificate that the account lacks: answers will soon be signed under it. */
export const newCertificateWarning: ConfigFinding = {
  code: "platformCertificateNew",
  field: "platformCertificatesPem",
  title: {
    zh: "微信支付有一张新的平台证书，这里还没有填写",
    en: "WeChat Pay has a new platform certificate that is not filled in here",
  },
  next: {
    zh: "请下载新证书，接在现有证书后面一起填写。",
    en: "Download it and paste it behind the present one.",
  },
};
