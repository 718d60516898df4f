// What UnionPay’s answer to a request for a settlement file means.
import type { BillOutcome, Unknown } from "../port.ts";
import { unpackedText } from "./archive.ts";
import { meaningOf, outcomeOf } from "./codes.ts";
import { reasonFor, textIn } from "./opened.ts";
import { problemOf } from "../problems.ts";
import { readSettlement } from "./settlement.ts";
import type { Answer } from "./wire.ts";

/** The merchant’s own file, among those of the archive. */
const merchantFile = /ZM_[0-9A-Za-z]{15}$/;

/** The outcome of 76/01. A file that cannot be read whole, or whose totals contradict its lines, is unknown. Never throws. */
export async function outcomeOfBill(
  answer: Answer,
  asked: Readonly<{ merId: string; day: string }>,
): Promise<BillOutcome> {
  if (answer.kind === "untrusted") return { kind: "unknown", reason: answer.problem, words: null };
  const { fields } = answer;
  const code = textIn(fields, "respCode") ?? "";
  const words = { code, message: textIn(fields, "respMsg") ?? "" };
  const open = (reason: string): Unknown => ({ kind: "unknown", reason, words });
  if ((textIn(fields, "merId") ?? asked.merId) !== asked.merId)
    return open("the answer is about another merId");
  switch (outcomeOf("file", code)) {
    case "done":
      break;
    case "notFound":
      return { kind: "noBill", words };
    case "refused":
      return { kind: "refused", words, causeHints: meaningOf(code)?.causeHints ?? [] };
    default:
      return open(reasonFor(code));
  }
  const settleDate = asked.day.slice(5).replace("-", "");
  if (textIn(fields, "settleDate") !== settleDate) return open("the file is of another day");
  try {
    const file = await unpackedText(fields.get("fileContent") ?? "", (name) => merchantFile.test(name));
    if (file === null) return open("the archive holds no file of the merchant");
    const reading = readSettlement(file, asked.merId);
    return reading.kind === "bill" ? { kind: "bill", words, ...reading.bill } : open(reading.problem);
  } catch (error) {
    return open(`the file cannot be read: ${problemOf(error)}`);
  }
}
