// Nobody heard that money arrived: the platform asks itself why, so that the replay is on offer before a person asks.
import { unwrap } from "../../kernel/result.ts";
import type { Case } from "../support/index.ts";
import { diagnosisLimits as limits } from "./limits.ts";
import { diagnosePayment, type DiagnosisDeps } from "./service.ts";

/** One page of open silent cases, newest first: from the beginning, or what comes after a case. Empty at the end. */
export type SilentCases = (after: string | null) => Promise<readonly Case[]>;

/**
 * One round: diagnoses the payment of each open silent case that this process has not looked at. Cases are rows by then,
 * so whoever opened one may have died since; looking twice stores nothing twice. `seen` is kept between rounds. One that
 * fails holds up no other: it is tried again next time, and all failures are thrown together at the end.
 */
export async function diagnoseSilence(
  deps: DiagnosisDeps & Readonly<{ silentCases: SilentCases }>,
  seen: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const open = await openCases(deps.silentCases, signal);
  const ids = new Set(open.map(({ id }) => id));
  for (const id of seen) if (!ids.has(id)) seen.delete(id);
  const failures: unknown[] = [];
  const unseen = open.filter(({ id, paymentId }) => paymentId !== null && !seen.has(id));
  for (const { id, merchantId, paymentId } of unseen.slice(0, limits.silentCasesPerRoundMax)) {
    if (signal.aborted) return;
    if (paymentId === null) continue;
    try {
      unwrap(await diagnosePayment(deps, merchantId, paymentId, "platform"));
      seen.add(id);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} silent payments were not diagnosed`);
}

/** Every open case, page by page. */
async function openCases(page: SilentCases, signal: AbortSignal): Promise<Case[]> {
  const found: Case[] = [];
  for (let after: string | null = null; !signal.aborted;) {
    const next: readonly Case[] = await page(after);
    found.push(...next);
    after = next.at(-1)?.id ?? null;
    if (after === null) break;
  }
  return found;
}
