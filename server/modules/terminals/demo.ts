// The terminal that a fresh platform comes with, so that the first scan needs no set-up.
import { unwrap } from "../../kernel/result.ts";
import type { Terminal } from "./model.ts";
import { createTerminal, type TerminalDeps } from "./service.ts";
import { findTerminalByNo } from "./store.ts";

const demoTerminalNo = "T0001";

/** Makes sure that 一号收银台 exists at the store. Safe to call at every start. It still has to be activated. */
export async function ensureDemoTerminal(
  deps: TerminalDeps,
  place: Readonly<{ merchantId: string; storeId: string }>,
): Promise<Terminal> {
  const present = await findTerminalByNo(deps.pg.batch, { merchantId: place.merchantId, no: demoTerminalNo });
  const wanted = {
    ...place,
    name: "一号收银台",
    no: demoTerminalNo,
    kind: "cashier",
    announce: "own",
  } as const;
  return present ?? unwrap(await createTerminal(deps, wanted));
}
