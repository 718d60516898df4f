// A code for collecting was scanned instead of a code for paying: the wrong page of the phone. The platform saw it before
// anything was sent, so there is no payment to look at, only the refusal.
import { exampleFile, exampleTerminal, refusedFile } from "../example.ts";
import type { Cause } from "../model.ts";
import { step } from "../steps.ts";

export default {
  id: "C-PAY-09",
  names: { zh: "扫到的是收款码，不是付款码", en: "A collecting code was scanned, not a payer code" },
  actor: "cashier",
  texts: {
    payer: {
      zh: "刚才出示的{probably}是收款码。请在{channel}首页点“收付款”，用“付款码”页面再出示一次，没有扣款。",
      en: "What was shown was {probably} a code for collecting money. Open “Pay” in {channel} and show that code; nothing was charged.",
    },
    merchant: {
      zh: "刚才扫到的{probably}是收款码，没有发起收款，也没有扣款。请顾客打开“付款码”页面，再扫一次。",
      en: "What was scanned was {probably} a collecting code; no payment was started and nothing was charged. Ask the customer for the payment code and scan again.",
    },
    operator: {
      zh: "“{shop}”的一次扫码{probably}扫到收款码，请求在受理前被拒绝，渠道没有收到任何内容。反复出现时，请教收银员分辨两种页面。",
      en: "A scan at {shop} {probably} read a collecting code; the request was refused before it was accepted, and the channel received nothing. If it happens often, show the cashiers both pages.",
    },
  },
  prior: 0.03,
  likelihoods: { requestRefused: 0.99, collectingCode: 0.98, codeUsedHere: 0.001 },
  refutations: [{ signal: "collectingCode", value: "no" }],
  neededToName: [{ signal: "collectingCode", value: "yes" }],
  questions: [],
  remedies: [
    step("showPayCode", "R1", {
      zh: "请顾客在钱包首页点“收付款”，停在“付款码”页面，再扫一次",
      en: "Ask the customer to open the wallet’s payment page, then scan that code",
    }),
  ],
  tryNow: "showPayCode",
  outranks: [],
  examples: {
    hits: [
      refusedFile("payer_code_is_collecting_code"),
      refusedFile("payer_code_is_collecting_code", {
        terminal: exampleTerminal({ online: "no", sessions: [] }),
      }),
    ],
    misses: [exampleFile(), refusedFile("payer_code_used"), refusedFile("payer_code_unrecognised")],
  },
} satisfies Cause;
