// The page behind a printed code, as HTML that works without any script: wallets open it in browsers of every age.
import qrcode from "qrcode";
import { channelWords, type ChannelCode, type Locale, type Localized } from "@huiyin/contract/words.ts";
import { yuanText, type Money } from "../../kernel/money.ts";
import { staticCodeAmountMax } from "./model.ts";
import type { Shop } from "./service.ts";
import type { StateInPage } from "./state.ts";

export type Problem = Readonly<{ title: string; detail: string }>;

const words = {
  title: { zh: "付款", en: "Pay" },
  amount: { zh: "付款金额（元）", en: "Amount (yuan)" },
  hint: {
    zh: "一次最多 {limit} 元；更多请让店员出示动态收款码。",
    en: "At most {limit} yuan; for more, ask the staff to show a code.",
  },
  wechatFirst: {
    zh: "微信要用另一部手机扫描下一步的二维码；只有一部手机时，请让店员扫您的付款码。",
    en: "WeChat wants the code of the next step scanned by another phone; with one phone only, let the staff scan yours.",
  },
  pay: { zh: "用{wallet}付款", en: "Pay with {wallet}" },
  scan: {
    zh: "请用{wallets}的“扫一扫”扫描收款码，打开本页付款。",
    en: "Scan the code with {wallets} to pay on this page.",
  },
  going: { zh: "正在打开{wallet}……", en: "Opening {wallet}…" },
  openWallet: { zh: "打开{wallet}付款", en: "Open {wallet} to pay" },
  wechat: {
    zh: "微信不能在同一部手机上识别付款二维码：请用另一部手机扫描，或让店员扫您的付款码。",
    en: "WeChat takes no payment code from its own screen: scan it with another phone, or let the staff scan yours.",
  },
  opening: { zh: "正在打开微信支付……", en: "Opening WeChat Pay…" },
  confirming: { zh: "正在确认付款结果……", en: "Confirming the payment…" },
  paid: { zh: "付款成功", en: "Paid" },
  over: {
    zh: "这笔付款已结束，请重新扫描收款码；是否扣款以微信账单为准。",
    en: "This payment is over: scan the code again. Your WeChat bill says whether anything was taken.",
  },
  unclear: {
    zh: "付款结果还在确认，请勿重复付款；以微信账单为准，也可以请店员查看。",
    en: "The payment is still being confirmed. Do not pay twice: see your WeChat bill, or ask the staff.",
  },
  cancelled: {
    zh: "您取消了付款；是否扣款以微信账单为准。",
    en: "You cancelled. Your WeChat bill says whether anything was taken.",
  },
  cancelledunpaid: {
    zh: "您取消了付款；微信说这笔款还没有付。",
    en: "You cancelled. WeChat says that this has not been paid.",
  },
  unpaid: {
    zh: "微信说这笔款还没有付，可以再付一次。",
    en: "WeChat says that this has not been paid. You can pay again.",
  },
  failed: {
    zh: "没有得到付款结果，是否扣款以微信账单为准。再付仍是同一笔订单，不会重复扣款。",
    en: "There is no result: your WeChat bill says whether anything was taken. Paying again pays the same order, once.",
  },
  lost: {
    zh: "没有得到应答，请再试一次；再付仍是同一笔订单。",
    en: "There was no answer. Try again: it stays the same order.",
  },
  gone: {
    zh: "这个付款页已失效。如果刚才付过款，请先看微信账单，不要重复付款；还没有付的，请重新扫描收款码。",
    en: "This page is too old. If you have just paid, look at your WeChat bill first and do not pay twice; if not, scan the code again.",
  },
  nobridge: {
    zh: "这里不是微信的浏览器，不能付款。请在微信里扫描收款码，或让店员扫您的付款码。",
    en: "This is not WeChat’s browser, so it cannot pay. Scan the code in WeChat, or let the staff scan your code.",
  },
  noScript: {
    zh: "请允许本页运行脚本，或让店员扫您的付款码。",
    en: "Let this page run scripts, or let the staff scan your code.",
  },
  statepaid: { zh: "付款成功", en: "Paid" },
  stateover: {
    zh: "这笔付款已结束；是否扣款以{wallet}账单为准。",
    en: "This payment is over. Your {wallet} bill says whether anything was taken.",
  },
  stateunpaid: {
    zh: "{wallet}说这笔款还没有付。",
    en: "{wallet} says that this has not been paid.",
  },
  stateunclear: {
    zh: "付款结果还在确认，请勿重复付款；以{wallet}账单为准，也可以请店员查看。",
    en: "The payment is still being confirmed. Do not pay twice: see your {wallet} bill, or ask the staff.",
  },
  earlier: {
    zh: "您在这一页开始的付款：",
    en: "The payment that you began on this page:",
  },
  look: { zh: "查看结果", en: "See the result" },
  goOn: { zh: "继续付这一笔", en: "Go on paying this one" },
  fresh: { zh: "开始新的付款", en: "Begin another payment" },
  again: { zh: "付款", en: "Pay" },
  expires: { zh: "请在 {time} 前完成付款。", en: "Pay before {time}." },
  code: { zh: "付款二维码", en: "Payment code" },
  none: {
    zh: "本店暂时不能用收款码收款，请联系店员。",
    en: "This shop cannot be paid by a code at the moment. Ask the staff.",
  },
} as const satisfies Record<string, Localized>;

const style = `:root{color-scheme:light dark;--ink:#10201f;--paper:#f4f6f5;--card:#fff;--main:#0b5d5b;--quiet:#5a6b69;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#eaf1f0;--paper:#101716;--card:#1a2322;--main:#5fc9c4;--quiet:#9fb0ae;--bad:#ffb4ab}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:26rem;margin:0 auto;padding:2rem 1.25rem}section{background:var(--card);border-radius:16px;padding:1.5rem}
h1{font-size:1.25rem;margin:0}p{margin:.5rem 0}.store,.quiet{color:var(--quiet)}.store{margin-top:0}.quiet{margin-top:.75rem}label{display:block;margin:1.25rem 0 .5rem}
input{width:100%;font-size:2rem;padding:.5rem .75rem;border:2px solid var(--quiet);border-radius:12px;background:transparent;color:inherit}
input:focus-visible,.button:focus-visible{outline:3px solid var(--main);outline-offset:2px}
.button{display:block;width:100%;margin-top:1.25rem;padding:.9rem;border:0;border-radius:999px;background:var(--main);color:var(--card);font-size:1.15rem;font-weight:600;text-align:center;text-decoration:none}
.problem{border-left:4px solid var(--bad);padding-left:.75rem}.problem strong{color:var(--bad);display:block}
[data-state=paid] #status{color:var(--main);font-size:1.5rem;font-weight:700}#paying[data-state=paid] .quiet,#paying[data-state=over] .quiet,#paying[data-state=gone] .quiet,#paying[data-state=nobridge] .quiet{display:none}a{color:var(--main)}button[hidden]{display:none}.sum{font-size:2.25rem;font-weight:700;margin:.5rem 0}img{display:block;width:100%;max-width:16rem;margin:1rem auto;border-radius:12px;background:#fff;padding:.5rem}`;

/** Everything that a person or a channel wrote goes through here before it meets HTML. */
function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? "");
}

function said(text: Localized, locale: Locale, values: Readonly<Record<string, string>> = {}): string {
  return escaped(text[locale].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? ""));
}

function page(locale: Locale, head: string, body: string): string {
  const language = locale === "zh" ? "zh-CN" : "en";
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${said(words.title, locale)}</title>${head}<style>${style}</style><main>${body}</main></html>`;
}

function heading(shop: Shop, locale: Locale): string {
  return `<h1>${escaped(shop.merchantNames[locale])}</h1><p class="store">${escaped(shop.storeNames[locale])}</p>`;
}

function problemBox(problem: Problem | null): string {
  if (problem === null) return "";
  return `<p class="problem" role="alert"><strong>${escaped(problem.title)}</strong>${escaped(problem.detail)}</p>`;
}

export type AmountPage = Readonly<{
  shop: Shop;
  wallet: ChannelCode | null;
  /** Those that can pay here. */
  wallets: readonly ChannelCode[];
  attempt: string;
  /** What was typed before, where it is asked for again. */
  amountText: string;
  problem: Problem | null;
  locale: Locale;
  /** Whether the payer is known and pays on this very phone. */
  payer?: "known";
}>;

/** Asks for the amount, or says with what to scan. */
export function amountPage(asked: AmountPage): string {
  const { shop, wallet, wallets, locale, problem } = asked;
  const names = wallets.map((each) => channelWords[each][locale]).join(locale === "zh" ? "、" : ", ");
  const body = (() => {
    if (wallets.length === 0) return `<p>${said(words.none, locale)}</p>`;
    if (wallet === null || !wallets.includes(wallet))
      return `<p>${said(words.scan, locale, { wallets: names })}</p>`;
    const limit = yuanText(staticCodeAmountMax);
    return `<form method="post"><input type="hidden" name="attempt" value="${escaped(asked.attempt)}">
<label for="amount">${said(words.amount, locale)}</label>
<input id="amount" name="amount" inputmode="decimal" autocomplete="off" required autofocus maxlength="10" aria-describedby="hint" value="${escaped(asked.amountText)}">
<p class="quiet" id="hint">${said(words.hint, locale, { limit })}${wallet === "wechat" && asked.payer !== "known" ? `<br>${said(words.wechatFirst, locale)}` : ""}</p>
<button class="button">${said(words.pay, locale, { wallet: channelWords[wallet][locale] })}</button></form>`;
  })();
  return page(locale, "", `<section>${heading(shop, locale)}${problemBox(problem)}${body}</section>`);
}

/** Says that nothing can be paid here. */
export function problemPage(problem: Problem, locale: Locale): string {
  return page(locale, "", `<section>${problemBox(problem)}</section>`);
}

export type PaymentPage = Readonly<{
  shop: Shop;
  wallet: ChannelCode;
  amount: Money;
  url: string;
  /** HH:MM in China. */
  expiresText: string;
  locale: Locale;
}>;

export type BridgePage = Omit<PaymentPage, "url"> & Readonly<{ token: string }>;

/** What the script says, each by its name: it has no words of its own. */
const scriptWords = [
  ...([
    "opening",
    "confirming",
    "paid",
    "over",
    "unclear",
    "cancelled",
    "cancelledunpaid",
    "unpaid",
    "failed",
    "lost",
    "gone",
    "nobridge",
  ] as const),
];

/** Has the wallet pay on this phone: `pay.js` hands the order to its bridge and shows what became of it. */
export function bridgePage({ shop, amount, expiresText, locale, token }: BridgePage): string {
  const texts = scriptWords.map((name) => `data-${name}="${said(words[name], locale)}"`).join(" ");
  const body = `<section id="paying" data-address="/c/${escaped(token)}/payment" ${texts}>${heading(shop, locale)}<p class="sum">¥${escaped(yuanText(amount))}</p><p id="status" role="status">${said(words.opening, locale)}</p><button class="button" id="again" type="button" hidden>${said(words.again, locale)}</button><noscript><p class="problem">${said(words.noScript, locale)}</p></noscript><p class="quiet">${said(words.expires, locale, { time: expiresText })}</p></section>`;
  return page(locale, `<script src="/c/pay.js" defer></script>`, body);
}

export type StatePage = Omit<PaymentPage, "url" | "expiresText"> &
  Readonly<{
    token: string;
    attempt: string;
    state: StateInPage;
    /** Whether the same form goes on paying it on this phone, or tells what became of it by then. */
    onward: "pay" | "look";
  }>;

/** Tells what became of a payment that this form began: nothing here pays, and the same form sent again tells it anew. */
export function statePage(asked: StatePage): string {
  const { shop, wallet, amount, locale, token, state } = asked;
  const names = { wallet: channelWords[wallet][locale] };
  // “Waiting” without the channel’s word says no more than “unclear” does.
  const shown = state === "waiting" ? "unclear" : state;
  const label = shown === "unpaid" && asked.onward === "pay" ? words.goOn : words.look;
  const look = `<form method="post"><input type="hidden" name="attempt" value="${escaped(asked.attempt)}"><input type="hidden" name="amount" value="${escaped(yuanText(amount))}"><button class="button">${said(label, locale)}</button></form>`;
  // Nobody is led to a second payment while the first may still be taken.
  const fresh = `<p class="quiet"><a href="/c/${escaped(token)}">${said(words.fresh, locale)}</a></p>`;
  const way = shown === "unclear" ? look : shown === "unpaid" ? look + fresh : fresh;
  const body = `<section data-state="${shown}">${heading(shop, locale)}<p class="store">${said(words.earlier, locale)}</p><p class="sum">¥${escaped(yuanText(amount))}</p><p id="status" role="status">${said(words[`state${shown}`], locale, names)}</p>${way}</section>`;
  return page(locale, "", body);
}

/** Opens the wallet’s own payment by itself where the wallet allows that; the code can be scanned in any case. */
export async function paymentPage(asked: PaymentPage): Promise<string> {
  const { shop, wallet, amount, url, expiresText, locale } = asked;
  const name = channelWords[wallet][locale];
  // Only addresses of the web: a channel’s own scheme opens nothing here, and javascript: must never.
  const opens = /^https:\/\//.test(url);
  const svg = await qrcode.toString(url, { type: "svg", margin: 1, errorCorrectionLevel: "M" });
  const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
  const head = opens ? `<meta http-equiv="refresh" content="0;url=${escaped(url)}">` : "";
  const way = opens
    ? `<p>${said(words.going, locale, { wallet: name })}</p><a class="button" href="${escaped(url)}">${said(words.openWallet, locale, { wallet: name })}</a>`
    : `<p>${said(words.wechat, locale)}</p>`;
  const body = `<section>${heading(shop, locale)}<p class="sum">¥${escaped(yuanText(amount))}</p>${way}<img alt="${said(words.code, locale)}" src="${image}"><p class="quiet">${said(words.expires, locale, { time: expiresText })}</p></section>`;
  return page(locale, head, body);
}
