// What is said of an id that is not in the tables: that there is no such thing, or that its month is archived. The id tells
// its month, so nothing is said of whether it was ever given, or to whom.
import { timeOfId } from "../../../../kernel/ids.ts";
import { refuse, type Result } from "../../../../kernel/result.ts";
import { businessDate } from "../../../../kernel/time.ts";
import type { Tx } from "../../../../platform/pg/pg.ts";
import { isArchived } from "./store.ts";

/** The refusal for an id (pay_…, ref_…) that was looked for and is not there: `not_found`, or `month_archived`. */
export async function refuseMissing(tx: Tx, id: string): Promise<Result<never>> {
  if ((await isArchived(tx, id)) === "no") return refuse("not_found", { what: id });
  const month = businessDate(timeOfId(id)).slice(0, 7);
  return refuse("month_archived", { what: id, month, tables: month.replace("-", "") });
}
