// The merchant’s own switch: does it take money that the payer borrows?
import type { CreditAcceptance } from "../../../channels/port.ts";
import { refuse, success, type Result } from "../../../kernel/result.ts";
import { merchantLimits } from "../limits.ts";
import type { MerchantDeps } from "../service.ts";
import { findMerchant, touchMerchant } from "../store.ts";
import {
  appendCreditDecision,
  listCreditDecisions,
  saveCreditAcceptance,
  type CreditDecision,
} from "./store.ts";

type Deps = Pick<MerchantDeps, "pg" | "world" | "directory">;

/** Turns the switch, on record. Turning it to where it stands changes nothing. Refuses `not_found`. */
export async function setCreditAcceptance(
  deps: Deps,
  merchantId: string,
  wanted: Omit<CreditDecision, "at">,
): Promise<Result<null>> {
  const result = await deps.pg.transaction(async (tx): Promise<Result<null>> => {
    if (!(await touchMerchant(tx, merchantId))) return refuse("not_found", { what: merchantId });
    if (await saveCreditAcceptance(tx, merchantId, wanted.creditAcceptance))
      await appendCreditDecision(tx, merchantId, { ...wanted, at: deps.world.now() });
    return success(null);
  });
  deps.directory.forget(merchantId);
  return result;
}

export type CreditStanding = Readonly<{
  creditAcceptance: CreditAcceptance;
  history: readonly CreditDecision[];
}>;

/** How the switch stands, and every turn of it, newest first. Refuses `not_found`. */
export async function creditStanding(
  deps: Pick<Deps, "pg">,
  merchantId: string,
): Promise<Result<CreditStanding>> {
  const merchant = await findMerchant(deps.pg.batch, merchantId);
  if (merchant === null) return refuse("not_found", { what: merchantId });
  const history = await listCreditDecisions(deps.pg.batch, merchantId, merchantLimits.historyLinesMax);
  return success({ creditAcceptance: merchant.creditAcceptance, history });
}
