// What Alipay’s answers about codes shown to the payer mean: made (precreate), and withdrawn (close). Pure.
import type { CloseOutcome, PrecreateOutcome } from "../port.ts";
import { textIn } from "./json.ts";
import { declinedOrUnknown, meaningIn, opened, reasonWithout, type Answer, type Expected } from "./opened.ts";

/** The only address that a genuine code leads to: anything else drawn as a code would send the payer elsewhere. */
const codeUrlPattern = /^https:\/\/qr\.alipay\.com\/[A-Za-z0-9._~/?&=%-]{1,200}$/;

/** The outcome of alipay.trade.precreate. No trade exists before the code is scanned, so nothing was sent before. */
export function outcomeOfPrecreate(answer: Answer, expected: Expected): PrecreateOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code !== "10000") return declinedOrUnknown(read, "pay", "first");
  const codeUrl = textIn(fields, "qr_code");
  if (textIn(fields, "out_trade_no") === null)
    return { kind: "unknown", reason: "out_trade_no is missing", words };
  if (codeUrl === null || !codeUrlPattern.test(codeUrl))
    return { kind: "unknown", reason: "qr_code is missing or leads elsewhere", words };
  return { kind: "created", codeUrl, words };
}

/** The outcome of alipay.trade.close. A trade that cannot be closed may have been paid: that has to be asked. */
export function outcomeOfClose(answer: Answer, expected: Expected): CloseOutcome {
  const read = opened(answer, expected);
  if (read.kind === "unknown") return read;
  const { fields, words, code } = read;
  if (code === "10000") {
    return textIn(fields, "out_trade_no") === null
      ? { kind: "unknown", reason: "out_trade_no is missing", words }
      : { kind: "closed", words };
  }
  const meaning = meaningIn(read, "close");
  if (meaning?.outcome === "notFound") return { kind: "notFound", words };
  if (meaning?.outcome === "declined") return { kind: "refused", words, causeHints: meaning.causeHints };
  return { kind: "unknown", reason: reasonWithout(meaning, words), words };
}
