// Finding terminals by what people call them.
import { sql } from "kysely";
import { uuidOf } from "../../../kernel/ids.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { terminalColumns, terminalOf, type TerminalRow } from "../store.ts";
import type { Terminal } from "../model.ts";

/** What somebody calls a terminal: "whole" is its number or name, "part" also anything in its name; case does not matter. */
export type TerminalCall = Readonly<{ text: string; match: "whole" | "part" }>;

/**
 * The terminals that may be meant, at most `limit`, those of one merchant (mer_…) unless it is null. Terminals are few
 * beside payments: all of the merchant are read, an operator reads all there are.
 */
export async function findTerminalsCalled(
  tx: Tx,
  { text, match }: TerminalCall,
  scope: Readonly<{ merchantId: string | null; limit: number }>,
): Promise<Terminal[]> {
  const merchant = scope.merchantId && uuidOf(scope.merchantId);
  const wanted = text.toLowerCase();
  const { rows } = await sql<TerminalRow>`
    select ${terminalColumns} from terminals.terminal
    where (${merchant}::uuid is null or merchant_id = ${merchant}::uuid)
      and (lower(no) = ${wanted} or lower(name) = ${wanted}
        or (${match} = 'part' and strpos(lower(name), ${wanted}) > 0))
    order by (lower(no) = ${wanted} or lower(name) = ${wanted}) desc, terminal_id
    limit ${scope.limit}`.execute(tx);
  return rows.map(terminalOf);
}
