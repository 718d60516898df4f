// Nobody heard that money arrived: the platform asks itself why, so that the replay is on offer before a person asks.
import type { Case } from "../support/index.ts";
import { diagnosePayment, type DiagnosisDeps } from "./service.ts";

/**
 * One round: diagnoses the payment of each open silent case that this process has not looked at. Cases are rows by then,
 * so whoever opened one may have died since; looking twice stores nothing twice. `seen` is kept between rounds.
 */
export async function diagnoseSilence(
  deps: DiagnosisDeps & Readonly<{ silentCases: () => Promise<readonly Case[]> }>,
  seen: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const open = await deps.silentCases();
  const ids = new Set(open.map(({ id }) => id));
  for (const id of seen) if (!ids.has(id)) seen.delete(id);
  for (const { id, merchantId, paymentId } of open) {
    if (signal.aborted) return;
    if (paymentId === null || seen.has(id)) continue;
    await diagnosePayment(deps, merchantId, paymentId, "platform");
    seen.add(id);
  }
}
