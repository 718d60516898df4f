// How the channel fared, with us and with everybody: announced windows, and the answers other merchants got.
import { diagnosisLimits } from "../limits.ts";
import type { CaseFile, Observation, Signal } from "../model.ts";
import { dayAndClock, momentOf, no, yes } from "./reading.ts";

function maintenanceAnnounced(file: CaseFile): Observation | null {
  const moment = momentOf(file);
  const channel = file.payment?.channel ?? "alipay";
  const window = file.windows.find(
    (candidate) => candidate.scope === channel && candidate.from <= moment && moment <= candidate.to,
  );
  if (!window) return null;
  const span = `${dayAndClock(window.from)}–${dayAndClock(window.to)}`;
  return yes(
    window.from,
    `支付宝维护公告：${span}，${window.texts.zh}`,
    `Alipay maintenance announced for ${span}: ${window.texts.en}`,
  );
}

function channelDown(file: CaseFile): Observation | null {
  const { health } = file;
  if (health === null) return null;
  const charges = health.answered + health.unclear;
  if (charges < diagnosisLimits.healthChargesMin) return null;
  const down = health.unclear / charges >= diagnosisLimits.healthUnclearShareMin;
  return down
    ? yes(
        health.to,
        `同一时段全部商户的 ${charges} 笔支付宝收款中有 ${health.unclear} 笔没有明确应答`,
        `Of ${charges} Alipay payments of all merchants around that time, ${health.unclear} got no clear answer`,
      )
    : no(
        health.to,
        `同一时段支付宝应答正常（${charges} 笔中 ${health.answered} 笔有明确结果）`,
        `Alipay answered normally around that time (${health.answered} of ${charges} payments had a clear outcome)`,
      );
}

export const channelSignals: Readonly<Record<string, Signal>> = {
  maintenanceAnnounced: { evidence: "E17", read: maintenanceAnnounced, leak: 0.01, outside: 0.01 },
  channelDown: { evidence: "E16", read: channelDown, leak: 0.02, outside: 0.05 },
};
