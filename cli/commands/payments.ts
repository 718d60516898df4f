// huiyin payments list: the latest payments, newest first.
import { paymentStateWords } from "@huiyin/contract/words.ts";
import { paymentStates, type Payment } from "@huiyin/contract/api/payments.ts";
import { connect } from "../client.ts";
import { exitCodes } from "../exit.ts";
import { print, table, yuan, type Output } from "../print.ts";
import { CommandError } from "../problem.ts";

export async function listPayments(wanted: { limit: string; state?: string }, output: Output): Promise<void> {
  if (!/^([1-9]\d?|100)$/.test(wanted.limit)) {
    throw new CommandError(
      "--limit 须为 1 到 100 的整数。\n--limit takes a whole number from 1 to 100.",
      exitCodes.usage,
    );
  }
  if (wanted.state !== undefined && !paymentStates.some((state) => state === wanted.state)) {
    const known = paymentStates.join(", ");
    throw new CommandError(`--state 只能是：${known}\n--state is one of: ${known}`, exitCodes.usage);
  }
  const query = new URLSearchParams({ limit: wanted.limit, ...(wanted.state && { state: wanted.state }) });
  const page = await connect().get<{ items: Payment[]; hasMore: boolean }>(`/payments?${query.toString()}`);
  print(output, page, () => {
    if (page.items.length === 0) console.log("还没有收款 / no payments yet");
    else console.log(table(page.items.map(row)));
  });
}

function row(payment: Payment): string[] {
  return [
    payment.createdAt.slice(0, 19).replace("T", " "),
    yuan(payment.amount),
    paymentStateWords[payment.state].zh,
    payment.fundingSource ?? "",
    payment.channelCode ?? "",
    payment.id,
  ];
}
