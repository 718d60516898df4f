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
  if (!window)
    return no(moment, "当时没有支付宝维护公告", "No maintenance of Alipay had been announced for that time");
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

/** Alipay itself answered, more than once, with the code that means “not now”: so the way there is fine and it is not. */
function repliesUnavailable(file: CaseFile): Observation | null {
  const replies = file.timeline.filter((event) =>
    /^(charge|query|cancel)(Answered|Unanswered)$/.test(event.kind),
  );
  const unavailable = replies.filter((event) => saysUnavailable(event.data["response"]));
  const last = unavailable.at(-1);
  if (!last || unavailable.length < diagnosisLimits.unavailableRepliesMin) return null;
  return yes(
    last.at,
    `支付宝对这笔收款的 ${unavailable.length} 次请求都答复系统不可用（20000 或 SYSTEM_ERROR）`,
    `Alipay answered ${unavailable.length} requests about this payment by saying that its own system is unavailable (20000 or SYSTEM_ERROR)`,
  );
}

/** The two answers with which Alipay says that the trouble is its own, and nothing about the outcome. */
function saysUnavailable(response: unknown): boolean {
  if (typeof response !== "object" || response === null) return false;
  const { code, sub_code: subCode } = response as { code?: unknown; sub_code?: unknown };
  return code === "20000" || subCode === "ACQ.SYSTEM_ERROR";
}

export const channelSignals: Readonly<Record<string, Signal>> = {
  maintenanceAnnounced: {
    evidence: "E17",
    witness: "announcement",
    read: maintenanceAnnounced,
    leak: 0.01,
    outside: 0.01,
  },
  channelRepliesUnavailable: {
    evidence: "E19",
    witness: "channelAnswer",
    read: repliesUnavailable,
    leak: 0.01,
    outside: 0.03,
  },
  channelDown: { evidence: "E16", witness: "comparison", read: channelDown, leak: 0.02, outside: 0.05 },
};
