// What can be wrong with a UnionPay account, in words for the person who filled it in: what it is, and what to do next.
import { findingsOf, validityFindings, type FindingWords } from "../findings.ts";

const serviceSite = [
  "请到银联商户服务平台核对商户号、产品权限和商户状态。",
  "Compare merchant number, permissions and state on UnionPay’s merchant service.",
] as const;
const downloadAgain = [
  "请从银联商户服务平台重新下载 .pfx 文件，转成 Base64 后完整粘贴。",
  "Download the .pfx file from UnionPay’s merchant service again, and paste the whole of it as base64.",
] as const;
const authorityFiles = [
  "请使用银联开发包中与网关同一环境的中级证书和根证书。",
  "Use the middle and root certificate of UnionPay’s kit for the same environment as the gateway.",
] as const;

const words = {
  "keyFile:unreadable": {
    field: "pfxBase64",
    title: ["私钥证书文件读不出来", "The key file cannot be read"],
    next: downloadAgain,
  },
  "keyFile:wrongPassword": {
    field: "pfxPassword",
    title: ["证书密码不对", "The password of the key file is wrong"],
    next: [
      "请填写下载 .pfx 文件时设置的密码；忘记密码需要重新下载证书。",
      "Fill in the password chosen when the file was downloaded; if it is lost, download the certificate again.",
    ],
  },
  "keyFile:withoutKey": {
    field: "pfxBase64",
    title: ["证书文件里没有私钥", "The key file holds no private key"],
    next: [
      "请粘贴带私钥的 .pfx 文件，不要用 .cer 文件。",
      "Paste the .pfx file with its private key, not a .cer file.",
    ],
  },
  "keyFile:withoutCertificate": {
    field: "pfxBase64",
    title: ["证书文件里没有与私钥成对的证书", "The key file holds no certificate of its private key"],
    next: downloadAgain,
  },
  certificateUnreadable: {
    field: "signCertificatePem",
    title: ["商户签名证书读不出来", "The merchant’s certificate cannot be read"],
    next: ["请粘贴 PEM 格式证书的全部内容。", "Paste the whole certificate in PEM."],
  },
  privateKeyUnreadable: {
    field: "signPrivateKeyPem",
    title: ["商户签名私钥读不出来", "The merchant’s private key cannot be read"],
    next: ["请粘贴 PEM 格式 RSA 私钥的全部内容。", "Paste the whole RSA private key in PEM."],
  },
  privateKeyNotOfCertificate: {
    field: "signPrivateKeyPem",
    title: ["商户签名私钥与证书不是一对", "The private key does not belong to the certificate"],
    next: ["请从同一个 .pfx 文件导出证书和私钥。", "Take certificate and key out of the same .pfx file."],
  },
  rootUnreadable: {
    field: "rootCertificatePem",
    title: ["银联根证书读不出来", "UnionPay’s root certificate cannot be read"],
    next: authorityFiles,
  },
  middleUnreadable: {
    field: "middleCertificatePem",
    title: ["银联中级证书读不出来", "UnionPay’s middle certificate cannot be read"],
    next: authorityFiles,
  },
  middleNotOfRoot: {
    field: "middleCertificatePem",
    title: [
      "中级证书不是由填写的根证书签发的",
      "The middle certificate was not issued by this root certificate",
    ],
    next: authorityFiles,
  },
  unionpayCertificateRefused: {
    field: "middleCertificatePem",
    title: [
      "银联应答所带的证书核对不到填写的根证书",
      "The certificate in UnionPay’s answer does not lead to this root certificate",
    ],
    next: authorityFiles,
  },
  unionpayCertificateExpired: {
    field: null,
    title: [
      "银联应答所带的证书不在有效期内",
      "The certificate in UnionPay’s answer is outside of its validity",
    ],
    next: [
      "请校准服务器的时钟；时钟无误时联系银联 95516。",
      "Set this server’s clock right; if it is right, call UnionPay on 95516.",
    ],
  },
  holderWrong: {
    field: "gatewayUrl",
    title: [
      "应答的证书不属于这个环境的银联",
      "The certificate of the answer is not UnionPay’s of this environment",
    ],
    next: [
      "请确认网关地址是正式环境还是测试环境。",
      "Make sure whether the address is that of production or of the test gateway.",
    ],
  },
  signatureRefused: {
    field: "signCertificatePem",
    title: [
      "银联验不过我们的签名：证书没有在这个商户号下登记",
      "UnionPay cannot verify our signature: the certificate is not registered for this merchant",
    ],
    next: [
      "请使用这个商户号自己的签名证书，正式环境和测试环境的证书不能混用。",
      "Use the merchant’s own certificate; those of production and of the test gateway are not the same.",
    ],
  },
  merchantRefused: {
    field: "merId",
    title: [
      "商户号不存在、状态不正确或没有二维码权限",
      "The merchant is unknown, inactive, or lacks QR permission",
    ],
    next: serviceSite,
  },
  gatewayUnreachable: {
    field: "gatewayUrl",
    title: ["连不上银联网关", "UnionPay’s gateway cannot be reached"],
    next: [
      "请检查网关地址和服务器的外网连接，然后重试。",
      "Check the gateway’s address and this server’s way to the internet, then try again.",
    ],
  },
  gatewayStrange: {
    field: "gatewayUrl",
    title: ["这个地址的应答不像银联网关", "What answers at this address is not UnionPay’s gateway"],
    next: [
      "请填写 https://gateway.95516.com/gateway/api，末尾不带文件名和斜杠。",
      "Fill in https://gateway.95516.com/gateway/api, without a file name or slash at its end.",
    ],
  },
  channelBusy: {
    field: null,
    title: ["银联现在没有给出明确的答复", "UnionPay gave no clear answer for the moment"],
    next: ["请过一会儿再试。", "Try again in a while."],
  },
  refusedByChannel: {
    field: null,
    title: ["银联没有接受这次试探查询", "UnionPay did not accept the trial query"],
    next: ["请根据银联的原话核对配置。", "Compare the configuration with UnionPay’s own words."],
  },
} as const satisfies Readonly<Record<string, FindingWords>>;

export type FindingCode = keyof typeof words;

const named = findingsOf(words);

/** A finding in its usual words. @param field instead of the usual one, where the problem lies in another */
export const finding: typeof named = (code, field) => {
  const found = named(code, field);
  return code.startsWith("keyFile:")
    ? { ...found, code: `keyFile${code.slice(8, 9).toUpperCase()}${code.slice(9)}` }
    : found;
};

/** A certificate outside its validity. */
export const validityFinding = validityFindings({
  zh: "请到银联商户服务平台更新证书，下载后重新填写。",
  en: "Renew the certificate on UnionPay’s merchant service, then fill it in again.",
});
