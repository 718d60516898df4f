// What arrivals ask of support, as the composition root gives it to them.
import type { CasesPort } from "@huiyin/server/modules/arrivals/index.ts";
import { openCases } from "@huiyin/server/modules/support/index.ts";
import { uuidOf } from "@huiyin/server/kernel/ids.ts";
import type { World } from "@huiyin/server/kernel/world.ts";
import { sql } from "kysely";

export function casesOf(world: World): CasesPort {
  return {
    openCases: (tx, cases) => openCases({ world }, tx, cases),
    closeCases: async (tx, closings) => {
      for (const { merchantId, kind, subjectId, by, resolution } of closings) {
        await sql`
          update support."case" set closed_at = ${world.now()}, closed_by = ${by}, resolution = ${resolution}
          where merchant_id = ${uuidOf(merchantId)} and kind = ${kind} and subject_id = ${uuidOf(subjectId)}
            and closed_at is null`.execute(tx);
      }
    },
  };
}
