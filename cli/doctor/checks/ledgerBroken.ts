// Books that do not add up.
import { verifyLedger } from "@huiyin/server/modules/ledger/index.ts";
import type { Check } from "../model.ts";

export const ledgerBroken: Check = {
  id: "ledgerBroken",
  severity: "broken",
  title: { zh: "账本验证不通过", en: "The ledger does not verify" },
  next: {
    zh: "请停止结算，保留现场（先做一份备份），再从最近一份验证通过的备份核对差异；不要直接修改账本。",
    en: "Stop payouts, keep everything as it is (back up first), and compare with the last backup that verified; never mend the books by hand.",
  },
  needs: "schema",
  look: async (_, { pg }) => {
    const { broken } = await verifyLedger({ pg }, null);
    return broken === null ? [] : [`${broken.merchantId} ${broken.table} ${broken.row}: ${broken.problem}`];
  },
};
