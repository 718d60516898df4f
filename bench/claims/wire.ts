// Payments per second over the real wire of Alipay: every request and every answer signed with RSA2 and checked by
// certificate, the simulated Alipay in a process of its own. The bound is what RSA alone allows: two signatures for each.
import { join } from "node:path";
import type { BankQuestions } from "../bank.ts";
import type { Bench } from "../bench.ts";
import { startPart } from "../processes.ts";
import { checkedOf, rowOf, type Row } from "../report.ts";
import { signaturesPerSecond } from "../rsa.ts";
import { medianOf, percentileOf } from "../statistics.ts";
import { othersOf, problemsOf, processorTimesOf, type Leg } from "../till.ts";
import { checkedPayments } from "./payments.ts";

/** Every one of them has a key of its own at the bank; more would only take longer to make. */
const merchantsMax = 8;
const signaturesPerPayment = 2;
const firstCodes = 200;
/** More codes than the last leg used: a leg should end with its time, not with its codes. */
const spare = 1.5;

export async function measureWire(bench: Bench): Promise<readonly Row[]> {
  const { sizes, say } = bench;
  const { connections, legMs: durationMs } = sizes;
  const merchants = Math.min(sizes.merchants, merchantsMax);
  say(`wire: starting the bank, ${merchants} merchants`);
  const bank = startPart<BankQuestions>("bank.ts");
  bench.atEnd(bank.end);
  const accounts = await bank.ask("start", { folder: join(bench.folder, "bank"), merchants });
  const till = await bench.openTill(
    { merchants, channel: { kind: "alipay", accounts } },
    { bank: () => bank.ask("trades", null) },
  );
  const run = async (codes: number): Promise<Leg> =>
    till.run({
      ...{ connections, merchants, durationMs, proof: "bearer" },
      payerCodes: await bank.ask("payerCodes", codes),
    });

  let last = await run(firstCodes);
  last = await run(codesFor(last, durationMs));
  const bounds: number[] = [];
  const legs: Leg[] = [];
  const bankCpuMs: number[] = [];
  for (let round = 1; round <= sizes.rounds; round += 1) {
    bounds.push((await signaturesPerSecond(Math.min(durationMs, 2_000))) / signaturesPerPayment);
    const cpuBefore = await bank.ask("cpuMs", null);
    last = await run(codesFor(last, durationMs));
    bankCpuMs.push(((await bank.ask("cpuMs", null)) - cpuBefore) / Math.max(1, last.paid));
    legs.push(last);
    say(`round ${round}: wire ${Math.round(last.perSecond)}/s of ${Math.round(bounds.at(-1) ?? 0)}/s`);
  }
  return [rowOfLegs(legs, bounds, bankCpuMs)];
}

function codesFor({ perSecond }: Leg, durationMs: number): number {
  return Math.max(firstCodes, Math.ceil((perSecond * durationMs * spare) / 1_000));
}

function rowOfLegs(legs: readonly Leg[], bounds: readonly number[], bankCpuMs: readonly number[]): Row {
  const per = (of: (leg: Leg) => number): number => medianOf(legs.map(of));
  return rowOf(
    { name: "wire", values: legs.map((leg) => leg.perSecond) },
    {
      ...{ claim: "wire", unit: "payments/s" },
      baseline: { name: "RSA-2048 signatures/s of all cores ÷ 2", values: bounds },
      goal: { of: "ratio", is: "atLeast", bound: 0.5 },
      figures: {
        p50Ms: per((leg) => percentileOf(leg.latenciesMs, 0.5)),
        p99Ms: per((leg) => percentileOf(leg.latenciesMs, 0.99)),
        ...processorTimesOf(legs),
        bankCpuMsPerPayment: medianOf(bankCpuMs),
      },
      others: othersOf(legs),
      checked: checkedOf(checkedPayments, problemsOf(legs)),
    },
  );
}
