// Errors of printed codes and of the page behind them.
import type { DeclaredError } from "./types.ts";

export const storeCodeErrors = {
  store_code_disabled: {
    status: 410,
    retry: "never",
    title: { zh: "这个收款码已停用", en: "This code is out of use" },
    next: { zh: "请让店员出示新的收款码。", en: "Ask the staff for a new code." },
  },
  store_code_amount_wrong: {
    status: 400,
    retry: "afterFix",
    title: { zh: "金额不正确", en: "The amount is not right" },
    next: {
      zh: "请填写 0.01 元到 {limitYuan} 元之间的金额，最多两位小数。",
      en: "Enter an amount from 0.01 to {limitYuan} yuan with at most two decimals.",
    },
  },
  store_code_limit: {
    status: 422,
    retry: "afterFix",
    title: {
      zh: "固定收款码一次最多付 {limitYuan} 元",
      en: "A printed code takes {limitYuan} yuan at most",
    },
    next: {
      zh: "央行规定，同一付款人每天用固定收款码付款合计不超过 {limitYuan} 元。请让店员出示动态收款码，或扫您的付款码。",
      en: "By rule of the central bank a payer may pay {limitYuan} yuan a day through printed codes. Ask the staff to show a code for this payment, or to scan yours.",
    },
  },
  store_code_wallet_unknown: {
    status: 422,
    retry: "afterFix",
    title: { zh: "请用钱包扫码打开", en: "Open this in a wallet" },
    next: {
      zh: "请用{walletsZh}的“扫一扫”扫描收款码付款。",
      en: "Scan the code with {walletsEn} to pay.",
    },
  },
  payer_page_over: {
    status: 409,
    retry: "afterFix",
    title: { zh: "付款页已过期", en: "This page is too old to pay in" },
    next: {
      zh: "请重新扫描收款码付款。如果刚才付过款，请先看微信账单，不要重复付款。",
      en: "Scan the code again to pay. If you have just paid, look at your WeChat bill first, and do not pay twice.",
    },
  },
  payer_page_strange: {
    status: 400,
    retry: "afterFix",
    title: { zh: "这不是从本页开始的付款", en: "This did not begin on our page" },
    next: {
      zh: "请在微信里重新扫描收款码。如果刚才付过款，请先看微信账单，不要重复付款。",
      en: "Scan the code again in WeChat. If you have just paid, look at your WeChat bill first, and do not pay twice.",
    },
  },
  payer_page_code_spent: {
    status: 409,
    retry: "afterFix",
    title: { zh: "微信的登录凭证已用过或已过期", en: "WeChat’s sign-in was used before or has expired" },
    next: {
      zh: "请不要刷新或转发这个页面，重新扫描收款码即可。如果刚才付过款，请先看微信账单，不要重复付款。",
      en: "Do not reload or pass on this page: scan the code again. If you have just paid, look at your WeChat bill first, and do not pay twice.",
    },
  },
  payer_page_account_wrong: {
    status: 503,
    retry: "afterFix",
    title: { zh: "商户的公众号设置有误", en: "The merchant’s official account is set up wrongly" },
    next: {
      zh: "请让店员扫您的付款码；商户请核对微信支付账户的 AppSecret 与网页授权域名（微信返回 {code}）。",
      en: "Let the staff scan your code. To the merchant: check AppSecret and the domain for web authorization (WeChat said {code}).",
    },
  },
  payer_page_no_answer: {
    status: 503,
    retry: "later",
    title: { zh: "微信暂时没有应答", en: "WeChat gives no answer for the moment" },
    next: {
      zh: "请稍后重新扫描收款码，或让店员扫您的付款码。",
      en: "Scan the code again in a moment, or let the staff scan yours.",
    },
  },
  store_codes_too_many: {
    status: 422,
    retry: "afterFix",
    title: { zh: "这家门店的收款码已达上限", en: "This store has as many codes as it may have" },
    next: {
      zh: "每家门店最多 {most} 个收款码，请停用并继续使用已有的收款码。",
      en: "A store may have {most} codes. Go on with those it has.",
    },
  },
  store_code_busy: {
    status: 429,
    retry: "later",
    title: { zh: "这个收款码正被频繁使用", en: "This code is being used very often" },
    next: {
      zh: "请稍候一分钟再试，或让店员出示动态收款码。",
      en: "Try again in a minute, or ask the staff to show a code.",
    },
  },
} as const satisfies Record<string, DeclaredError>;
