// From what somebody typed to what is in the tables: numbers and names become the payments and terminals they may mean.
import type { PaymentSearch, Reading } from "@huiyin/contract/paymentSearch.ts";
import type { Tx } from "../../../platform/pg/pg.ts";
import { unreachable } from "../../../kernel/assert.ts";
import { findTerminal, findTerminalsCalled } from "../../terminals/index.ts";
import type { Match, Scope } from "./store.ts";
import { selectNumbered, selectRefunded } from "./store.ts";

/** Whoever gives one number to more payments, or one name to more terminals, narrows the search by another word. */
const numberedMax = 1_000;
const terminalsMax = 20;

/**
 * The meanings of each word, the word that leaves least first. A word may mean nothing: then nothing is found. All
 * meanings count: the number that fits as a whole may be another merchant’s, or of another day.
 */
export async function resolveWords(
  tx: Tx,
  scope: Scope,
  { words }: PaymentSearch,
): Promise<ReadonlyArray<readonly Match[]>> {
  const resolved: Match[][] = [];
  for (const readings of words) {
    const matches: Match[] = [];
    for (const reading of readings) matches.push(...(await matchesOf(tx, scope, reading)));
    resolved.push(matches);
  }
  return resolved.sort((one, other) => width(one) - width(other));
}

/** Amounts and terminals have many payments, numbers few. */
function width(matches: readonly Match[]): number {
  return matches.filter(({ kind }) => kind === "amount" || kind === "terminal").length;
}

async function matchesOf(tx: Tx, { merchantId }: Scope, reading: Reading): Promise<Match[]> {
  switch (reading.kind) {
    case "payment":
      return [{ kind: "payments", ids: [reading.id] }];
    case "refund": {
      const paymentId = await selectRefunded(tx, reading.id);
      return paymentId === null ? [] : [{ kind: "payments", ids: [paymentId] }];
    }
    case "number": {
      const ids = await selectNumbered(tx, reading.text, numberedMax);
      return ids.length === 0 ? [] : [{ kind: "payments", ids }];
    }
    case "ending":
      return [reading];
    case "amount":
      return [{ kind: "amount", fromMinor: BigInt(reading.fromFen), toMinor: BigInt(reading.toFen) }];
    case "terminalId": {
      const terminal = await findTerminal(tx, { terminalId: reading.id, merchantId });
      return terminal === null ? [] : [terminalMatch(terminal)];
    }
    case "terminal":
      return (await findTerminalsCalled(tx, reading, { merchantId, limit: terminalsMax })).map(terminalMatch);
    default:
      return unreachable(reading);
  }
}

function terminalMatch({ merchantId, id }: Readonly<{ merchantId: string; id: string }>): Match {
  return { kind: "terminal", merchantId, terminalId: id };
}
