// Before the first payment through an account that account may still become another one. Whoever begins a payment then holds
// the very version that was chosen; once one payment exists the name of the account is fixed, and nothing is held.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { RefusalError } from "../../kernel/result.ts";
import type { Database, Pg, Tx } from "../../platform/pg/pg.ts";
import { holdAccountVersion, type MerchantDirectory } from "../merchants/index.ts";
import { routingLimits } from "./limits.ts";
import type { ChoiceRow } from "./store.ts";

type Deps = Readonly<{
  pg: Pick<Pg, "batch">;
  directory: Pick<MerchantDirectory, "forget">;
  paymentExists: (tx: Tx | Database, merchantId: string, paymentId: string) => Promise<"yes" | "no">;
}>;

type At = Readonly<{ merchantId: string; channel: ChannelCode; route: string }>;

export type FirstPayments = Readonly<{
  /** Looks whether the payment that was begun last through this account exists by now. */
  look(at: At): Promise<void>;
  /**
   * Holds the versions of accounts that may still become others until the transaction ends. Throws the refusal `unavailable`
   * where one is another version than the one chosen: the next attempt reads it afresh.
   */
  hold(tx: Tx, choices: readonly ChoiceRow[]): Promise<void>;
}>;

export function createFirstPayments({ pg, directory, paymentExists }: Deps): FirstPayments {
  const fixed = new Set<string>();
  /** The payment that was begun last where none is known to exist. */
  const begun = new Map<string, string>();
  const keyOf = ({ merchantId, channel, route }: At): string => `${merchantId} ${channel} ${route}`;
  return {
    look: async (at) => {
      const key = keyOf(at);
      const paymentId = begun.get(key);
      if (paymentId === undefined || (await paymentExists(pg.batch, at.merchantId, paymentId)) === "no")
        return;
      if (fixed.size >= routingLimits.plansKeptMax) fixed.clear();
      fixed.add(key);
      begun.delete(key);
    },
    hold: async (tx, choices) => {
      const held = new Map<string, number | null>();
      for (const choice of choices) {
        const { merchantId, channel, route, paymentId, version } = choice;
        const key = keyOf(choice);
        if (version === undefined || fixed.has(key)) continue;
        if (!held.has(key)) held.set(key, await holdAccountVersion(tx, { merchantId, channel, route }));
        if (held.get(key) !== version) {
          directory.forget(merchantId);
          throw new RefusalError({ code: "unavailable", facts: {} });
        }
        if (begun.size >= routingLimits.plansKeptMax) begun.clear();
        begun.set(key, paymentId);
      }
    },
  };
}
