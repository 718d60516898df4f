// What an account needs besides, so that a payer in WeChat pays in the page behind a printed code, on that same phone.
import type { ConfigField } from "../port.ts";

const addressPattern =
  "^(https://[^\\s?#]+[^\\s?#/]|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:[0-9]{1,5})?(/[^\\s?#]*[^\\s?#/])?)?$";

/** Fields of every mode, all of them optional. */
export const pageFields: readonly ConfigField[] = [
  {
    key: "appSecret",
    label: { zh: "公众号 AppSecret", en: "AppSecret of the official account" },
    help: {
      zh: "填写后，顾客在微信里扫固定收款码可以直接付款；留空时，微信里的付款页只能让顾客换一部手机扫码。在公众平台“设置与开发”中取得，并把本平台的域名加入“网页授权域名”，把收款页所在目录（…/c/）加入商户平台的“JSAPI 支付授权目录”；须使用 APIv3。",
      en: "With it, customers who scan a printed code in WeChat pay right there; without it, the page can only ask for a second phone. Found on the official account’s platform; enter this platform’s domain there for web authorization, and the folder of the page (…/c/) as a JSAPI payment folder on the merchant platform. Needs APIv3.",
    },
    secret: "yes",
    pattern: "^([0-9a-zA-Z]{32})?$",
  },
  {
    key: "oauthAuthorizeUrl",
    label: { zh: "网页授权地址", en: "Address of web authorization" },
    help: {
      zh: "留空为 https://open.weixin.qq.com/connect/oauth2/authorize。",
      en: "Left empty, https://open.weixin.qq.com/connect/oauth2/authorize.",
    },
    secret: "no",
    pattern: addressPattern,
  },
  {
    key: "oauthTokenUrl",
    label: { zh: "网页授权换取地址", en: "Address where its code is exchanged" },
    help: {
      zh: "留空为 https://api.weixin.qq.com/sns/oauth2/access_token。",
      en: "Left empty, https://api.weixin.qq.com/sns/oauth2/access_token.",
    },
    secret: "no",
    pattern: addressPattern,
  },
];
