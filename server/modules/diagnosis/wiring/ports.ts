// What remedies may do, on the exports of the other modules.
import { unwrap } from "../../../kernel/result.ts";
import { liveState, methodsAt, openProduct, refreshCapability } from "../../merchants/index.ts";
import { findTerminal, listViews } from "../../terminals/index.ts";
import type { HuabeiNow, RemedyPorts } from "../remedies/ports.ts";
import { readArrivals, type DiagnosisSources } from "./sources.ts";

export function createRemedyPorts(sources: DiagnosisSources): RemedyPorts {
  const { pg, world, merchants, arrivals, clock } = sources;
  return {
    openHuabei: (merchantId, asker) => openProduct(merchants, { merchantId, product: "huabei" }, asker),
    huabeiNow: (merchantId, terminalId) => huabeiNow(sources, merchantId, terminalId),
    isOnline: async (merchantId, terminalId) => {
      const now = world.now();
      const filter = {
        terminalId,
        merchantId,
        storeId: null,
        state: null,
        after: null,
        before: null,
        now,
        limit: 1,
      };
      const [view] = await listViews(pg.batch, filter);
      return view?.online ? "yes" : "no";
    },
    replayArrivals: async (merchantId, paymentId) => {
      const waiting = (await readArrivals(sources, merchantId, paymentId)).filter(
        (arrival) => arrival.spokenAt === null,
      );
      for (const terminalId of new Set(waiting.map((arrival) => arrival.terminalId)))
        await arrivals.replayArrivals(terminalId);
    },
    arrivals: (merchantId, paymentId) => readArrivals(sources, merchantId, paymentId),
    sleep: (ms) => clock.sleep(ms),
  };
}

async function huabeiNow(
  sources: DiagnosisSources,
  merchantId: string,
  terminalId: string | null,
): Promise<HuabeiNow> {
  const { pg, world, merchants } = sources;
  const key = { merchantId, product: "huabei" } as const;
  const asked = world.now();
  const record = unwrap(await refreshCapability(merchants, key));
  const live = await liveState(merchants, key, asked);
  const terminal = terminalId === null ? null : await findTerminal(pg.batch, { terminalId, merchantId });
  const state = terminal === null || terminal.state === "active" ? "active" : "suspended";
  const methods = await methodsAt({ pg, world }, { merchantId, state });
  const huabei = methods.find((method) => method.method === "huabei");
  return {
    record: record.state,
    live: live?.kind === "known" ? live.state : null,
    menu: { available: huabei?.available ? "yes" : "no", text: huabei?.text ?? { zh: "", en: "" } },
  };
}
