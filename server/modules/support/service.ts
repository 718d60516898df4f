// Opening and closing cases.
import { refuse, success, type Result } from "../../kernel/result.ts";
import type { World } from "../../kernel/world.ts";
import type { Pg, Tx } from "../../platform/pg/pg.ts";
import { recurringKinds, type Case, type CaseDraft } from "./model.ts";
import { closeBySubject, findCase, insertCases, insertRecurrences, updateClosed } from "./store.ts";

export type SupportDeps = Readonly<{ pg: Pg; world: World }>;

/**
 * Opens cases in the transaction of whoever noticed. A thing noticed before, even if its case is closed by now, opens
 * nothing: a repeated message must not undo what a person settled. Another contradiction about the same payment is
 * another case: what was settled once says nothing about it.
 */
export async function openCases(deps: { world: World }, tx: Tx, drafts: readonly CaseDraft[]): Promise<void> {
  if (drafts.length === 0) return;
  const openedAt = deps.world.now();
  const cases = drafts.map((draft) => ({ ...draft, id: deps.world.newId("cas"), openedAt }));
  await insertCases(tx, cases);
  const recurring = cases.filter(({ kind, paymentId }) => recurringKinds.has(kind) && paymentId !== null);
  if (recurring.length > 0) await insertRecurrences(tx, recurring);
}

/** Closes a case with what was done about it. Refuses `not_found` and `case_closed`. */
export async function closeCase(
  deps: SupportDeps,
  caseId: string,
  closing: Readonly<{ by: string; resolution: string }>,
): Promise<Result<Case>> {
  return deps.pg.transaction(async (tx) => {
    const found = await findCase(tx, caseId);
    if (found === null) return refuse("not_found", { what: caseId });
    const closed = await updateClosed(tx, found, { ...closing, at: deps.world.now() });
    return closed === null ? refuse("case_closed") : success(closed);
  });
}

export type CaseClosing = Pick<CaseDraft, "merchantId" | "kind" | "subjectId"> &
  Readonly<{ by: string; resolution: string }>;

/** Closes cases whose reason went away, in the transaction of whoever noticed. What is not open is left as it is. */
export async function closeCases(
  deps: { world: World },
  tx: Tx,
  closings: readonly CaseClosing[],
): Promise<void> {
  if (closings.length === 0) return;
  const at = deps.world.now();
  await closeBySubject(
    tx,
    closings.map((closing) => ({ ...closing, at })),
  );
}
