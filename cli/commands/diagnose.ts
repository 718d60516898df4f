// huiyin diagnose: names the cause, or says that it does not know, with the evidence.
import type { Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import { connect } from "../client.ts";
import { exitCodes } from "../exit.ts";
import { print, type Output } from "../print.ts";
import { CommandError } from "../problem.ts";

const fields: ReadonlyMap<string, string> = new Map([
  ["pay", "paymentId"],
  ["trm", "terminalId"],
  ["mer", "merchantId"],
]);

export async function diagnose(id: string, output: Output): Promise<void> {
  const field = fields.get(id.slice(0, 3));
  if (field === undefined || !/^[a-z]{3}_[0-9a-f]{32}$/.test(id)) {
    throw new CommandError(
      `${id} 不是收款（pay_…）、终端（trm_…）或商户（mer_…）的编号。\n` +
        `${id} is not the id of a payment (pay_…), a terminal (trm_…) or a merchant (mer_…).`,
      exitCodes.usage,
    );
  }
  const diagnosis = await connect().post<Diagnosis>("/diagnoses", { [field]: id });
  print(output, diagnosis, () => console.log(JSON.stringify(diagnosis, null, 2)));
}
