// huiyin ledger verify: recomputes every sum, balance and hash; exit 1 when anything does not fit.
import type { VerifyReport } from "@huiyin/contract/api/ledger.ts";
import { connect } from "../client.ts";
import { exitCodes } from "../exit.ts";
import { print, type Output } from "../print.ts";

export async function verifyLedger(output: Output): Promise<void> {
  const report = await connect().post<VerifyReport>("/ledger/verify");
  print(output, report, () => {
    console.log(JSON.stringify(report, null, 2));
  });
  if (!report.ok) process.exitCode = exitCodes.refused;
}
