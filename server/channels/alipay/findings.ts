// What can be wrong with an Alipay account, in words for the person who filled it in: what it is, and what to do next.
import { findingsOf, validityFindings, type FindingWords } from "../findings.ts";
import type { ConfigFinding } from "../port.ts";

const platformPage = [
  "请到支付宝开放平台的应用详情页核对。",
  "Compare it with the app’s page of Alipay’s open platform.",
] as const;

const words = {
  appIdWrong: {
    field: "appId",
    title: ["支付宝不认识这个应用编号 APPID", "Alipay does not know this app id"],
    next: platformPage,
  },
  appInactive: {
    field: "appId",
    title: ["这个应用还没有上线或已被停用", "The app is not live, or has been stopped"],
    next: ["请在支付宝开放平台上线该应用。", "Put the app live on Alipay’s open platform."],
  },
  privateKeyUnreadable: {
    field: "privateKeyPem",
    title: ["应用私钥读不出来", "The app’s private key cannot be read"],
    next: [
      "请粘贴支付宝密钥工具生成的 RSA2 应用私钥全文，不要漏掉首尾。",
      "Paste the whole RSA2 private key made by Alipay’s key tool, from its first character to its last.",
    ],
  },
  privateKeyWrong: {
    field: "privateKeyPem",
    title: [
      "支付宝验不过我们的签名：应用私钥与开放平台登记的公钥不是一对",
      "Alipay cannot verify our signature: the private key does not belong to the key registered there",
    ],
    next: [
      "请填写与开放平台“接口加签方式”中登记的应用公钥成对的私钥，或重新上传公钥。",
      "Fill in the private key of the app key registered on the open platform, or register the key again.",
    ],
  },
  privateKeyNotOfCertificate: {
    field: "privateKeyPem",
    title: ["应用私钥与应用公钥证书不是一对", "The private key does not belong to the app’s certificate"],
    next: [
      "请填写申请该证书时生成的私钥，或更换为对应的证书。",
      "Fill in the private key made when the certificate was applied for, or the certificate that belongs to this key.",
    ],
  },
  publicKeyUnreadable: {
    field: "alipayPublicKeyPem",
    title: ["支付宝公钥读不出来", "Alipay’s public key cannot be read"],
    next: [
      "请从开放平台复制“支付宝公钥”全文，不要填私钥。",
      "Copy the whole of “Alipay’s public key” from the open platform; a private key does not belong here.",
    ],
  },
  publicKeyIsOwn: {
    field: "alipayPublicKeyPem",
    title: ["填的是应用公钥，不是支付宝公钥", "This is the app’s own public key, not Alipay’s"],
    next: [
      "请在开放平台上传应用公钥后，复制页面上显示的“支付宝公钥”。",
      "Register the app’s key on the open platform, then copy “Alipay’s public key” that the page shows.",
    ],
  },
  publicKeyWrong: {
    field: "alipayPublicKeyPem",
    title: [
      "用填写的支付宝公钥验不过支付宝的应答",
      "Alipay’s answer cannot be verified with this public key",
    ],
    next: [
      "请从开放平台重新复制“支付宝公钥”；沙箱和正式环境的公钥不同。",
      "Copy “Alipay’s public key” again; the sandbox and production have different ones.",
    ],
  },
  certificateUnreadable: {
    field: null,
    title: ["证书读不出来", "The certificate cannot be read"],
    next: [
      "请粘贴从开放平台下载的 .crt 文件的全部内容。",
      "Paste the whole content of the .crt file downloaded from the open platform.",
    ],
  },
  alipayCertificateWrong: {
    field: "alipayCertPem",
    title: [
      "用填写的支付宝公钥证书验不过支付宝的应答",
      "Alipay’s answer cannot be verified with this certificate",
    ],
    next: [
      "请从开放平台重新下载支付宝公钥证书 alipayCertPublicKey_RSA2.crt。",
      "Download Alipay’s certificate alipayCertPublicKey_RSA2.crt from the open platform again.",
    ],
  },
  alipayCertificateUnknown: {
    field: "alipayCertPem",
    title: [
      "支付宝用另一张证书签名，不是填写的这一张",
      "Alipay signs under another certificate than this one",
    ],
    next: [
      "支付宝可能已更换证书，请从开放平台重新下载 alipayCertPublicKey_RSA2.crt。",
      "Alipay may have renewed it: download alipayCertPublicKey_RSA2.crt from the open platform again.",
    ],
  },
  alipayCertificateBroken: {
    field: "alipayCertPem",
    title: [
      "支付宝公钥证书不是由填写的根证书签发的",
      "Alipay’s certificate was not issued under these root certificates",
    ],
    next: [
      "请从开放平台重新下载支付宝公钥证书和根证书，两个文件要来自同一个应用。",
      "Download both files from the open platform again, for the same app.",
    ],
  },
  appCertificateWrong: {
    field: "appCertPem",
    title: ["支付宝不认识这张应用公钥证书", "Alipay does not know this app certificate"],
    next: [
      "请从开放平台重新下载该应用的 appCertPublicKey_<APPID>.crt。",
      "Download appCertPublicKey_<APPID>.crt of this app from the open platform again.",
    ],
  },
  rootCertificateWrong: {
    field: "alipayRootCertPem",
    title: ["支付宝不接受填写的根证书", "Alipay does not accept these root certificates"],
    next: [
      "请从开放平台重新下载 alipayRootCert.crt，并粘贴其中的全部证书。",
      "Download alipayRootCert.crt from the open platform again, and paste all certificates in it.",
    ],
  },
  certificateModeNeeded: {
    field: "appCertPem",
    title: ["这个应用在开放平台使用证书加签", "This app signs by certificate on the open platform"],
    next: [
      "请改用证书模式，填写三个证书文件。",
      "Use certificate mode, and fill in the three certificate files.",
    ],
  },
  gatewayUnreachable: {
    field: "gatewayUrl",
    title: ["连不上支付宝网关", "Alipay’s gateway cannot be reached"],
    next: [
      "请检查网关地址和服务器的外网连接，然后重试。",
      "Check the gateway’s address and this server’s way to the internet, then try again.",
    ],
  },
  gatewayStrange: {
    field: "gatewayUrl",
    title: ["这个地址的应答不像支付宝网关", "What answers at this address is not Alipay’s gateway"],
    next: [
      "请填写正式网关 https://openapi.alipay.com/gateway.do，或沙箱网关地址。",
      "Fill in https://openapi.alipay.com/gateway.do, or the address of the sandbox’s gateway.",
    ],
  },
  clockWrong: {
    field: null,
    title: ["支付宝认为我们的时间不对", "Alipay says that our time is wrong"],
    next: ["请校准服务器的时钟后重试。", "Set this server’s clock right, then try again."],
  },
  productNotSigned: {
    field: null,
    title: ["这个应用还没有签约当面付", "The app has not signed for face-to-face payment"],
    next: [
      "请在支付宝商家平台签约“当面付”，并把应用绑定到该商户。",
      "Sign for face-to-face payment on Alipay’s merchant platform, and bind the app to the merchant.",
    ],
  },
  appAuthTokenWrong: {
    field: "appAuthToken",
    title: ["支付宝不认识这个应用授权令牌", "Alipay does not know this authorisation token"],
    next: [
      "请让商户重新授权，填写新的 app_auth_token。",
      "Have the merchant authorise the app again and fill in the new app_auth_token.",
    ],
  },
  appAuthTokenExpired: {
    field: "appAuthToken",
    title: ["应用授权令牌已过期或被商户取消", "The authorisation token expired, or the merchant withdrew it"],
    next: [
      "请用刷新令牌换取新的 app_auth_token，或让商户重新授权。",
      "Exchange the refresh token for a new app_auth_token, or have the merchant authorise again.",
    ],
  },
  appAuthTokenWithoutInterface: {
    field: "appAuthToken",
    title: ["商户的授权不包含收款接口", "The merchant’s authorisation does not cover taking payments"],
    next: [
      "请让商户重新授权，并勾选当面付的接口。",
      "Have the merchant authorise again, face-to-face payment included.",
    ],
  },
  aesKeyWrong: {
    field: "aesKey",
    title: ["支付宝解不开我们加密的内容", "Alipay cannot decrypt our content"],
    next: [
      "请核对开放平台“接口内容加密方式”中的 AES 密钥。",
      "Compare the AES key with “content encryption” on the open platform.",
    ],
  },
  charsetWrong: {
    field: "charset",
    title: ["支付宝不接受这个字符集", "Alipay does not take this charset"],
    next: ["请改为 utf-8 或 gbk。", "Use utf-8 or gbk."],
  },
  channelBusy: {
    field: null,
    title: ["支付宝现在没有给出明确的答复", "Alipay gave no clear answer for the moment"],
    next: ["请过一会儿再试。", "Try again in a while."],
  },
  refusedByChannel: {
    field: null,
    title: ["支付宝没有接受这次试探查询", "Alipay did not accept the trial query"],
    next: ["请根据支付宝的原话核对配置。", "Compare the configuration with Alipay’s own words."],
  },
} as const satisfies Readonly<Record<string, FindingWords>>;

export type FindingCode = keyof typeof words;

/** A finding in its usual words. @param field instead of the usual one, where the problem may lie in several */
export const finding = findingsOf(words);

/** A certificate outside its validity. */
export const validityFinding = validityFindings({
  zh: "请在支付宝开放平台更新证书，下载后重新填写。",
  en: "Renew the certificate on Alipay’s open platform, then fill it in again.",
});

/** The chain could not be followed: Alipay’s download may lack the certificates in between. */
export const chainIncompleteWarning: ConfigFinding = {
  code: "certificateChainIncomplete",
  field: "alipayCertPem",
  title: {
    zh: "证书文件里没有中间证书，无法核对到根证书",
    en: "The file lacks the certificates in between, so it cannot be followed to a root",
  },
  next: {
    zh: "不影响使用；请确认文件来自支付宝开放平台。",
    en: "It works all the same; make sure that the file comes from Alipay’s open platform.",
  },
};
