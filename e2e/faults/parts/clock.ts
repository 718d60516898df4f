// The machine’s clock is stepped under load: an hour forwards, back, an hour backwards, and right again.
import type { Shift } from "../counters.ts";
import { othersText, perSecond, toldOf, wordless, type Row, type Say } from "../report.ts";
import type { Stages } from "../stages.ts";

export type ClockWish = Readonly<{
  /** How often all steps are made. */
  turns: number;
  desks: number;
  /** Paid, or answered in another way, between two steps. */
  paymentsBetween: number;
  stages: Stages;
  say: Say;
}>;

const hourMs = 3_600_000;
const stepsMs = [hourMs, 0, -hourMs, 0] as const;
const betweenMsMax = 60_000;

/** Steps the clock so often. While it is wrong, payments may be refused in words; once it is right, they are paid. */
export async function clockSteps(wish: ClockWish): Promise<Row> {
  const { turns, desks, paymentsBetween, say } = wish;
  await using stage = await wish.stages.lend();
  const { counters } = stage;
  const over = new AbortController();
  const running = counters.run({ desks, signal: over.signal, broken: "reconnect" });
  await counters.paid(paymentsBetween, betweenMsMax);
  const problems: string[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    for (const aheadMs of stepsMs) {
      stage.setClock(aheadMs);
      const fromMs = performance.now();
      await counters.acknowledgements(paymentsBetween, betweenMsMax);
      if (aheadMs === 0) await counters.paid(desks, betweenMsMax);
      const tookMs = performance.now() - fromMs;
      say(`clock wrong by ${aheadMs / hourMs} h: ${perSecond(paymentsBetween, tookMs)}`);
      if (tookMs >= betweenMsMax)
        problems.push(`with the clock wrong by ${aheadMs / hourMs} h, too little was answered`);
    }
  }
  over.abort();
  const shift: Shift = await running;
  const { counted, problems: found } = toldOf([await stage.compare()]);
  return {
    name: "clock",
    what: `the clock stepped by ± 1 h, ${turns * stepsMs.length} steps`,
    figures: {
      "load, steps included": perSecond(shift.acknowledged, shift.elapsedMs),
      "other answers": othersText([shift.others]),
      ...counted,
    },
    problems: [...problems, ...found, ...wordless([shift.others])],
  };
}
