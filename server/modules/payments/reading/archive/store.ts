// Which months have left the tables: the one statement about them on the money path, for answers about old payments.
import { sql } from "kysely";
import { uuidOf } from "../../../../kernel/ids.ts";
import type { Tx } from "../../../../platform/pg/pg.ts";

/** Whether whatever has this id (pay_…, ref_…) would be in a month that is archived, if it ever was. */
export async function isArchived(tx: Tx, id: string): Promise<"yes" | "no"> {
  const { rows } = await sql`
    select month from platform.month where state = 'detached' and below > ${uuidOf(id)}::uuid limit 1`.execute(
    tx,
  );
  return rows.length > 0 ? "yes" : "no";
}
