// How the channel fared, with us and with everybody: announced windows, and the answers other merchants got.
import { diagnosisLimits } from "../limits.ts";
import { channelWords, type Localized } from "@huiyin/contract/words.ts";
import type { CaseFile, Observation, Signal, WindowFacts } from "../model.ts";
import { dayAndClock, momentOf, no, yes } from "./reading.ts";

/** The announced window that the case falls into: of the payment’s channel, or of any where there is no payment. */
export function maintenanceOf(file: CaseFile): WindowFacts | null {
  const moment = momentOf(file);
  const { payment, windows } = file;
  const fits = ({ scope, from, to, method }: WindowFacts): boolean =>
    (payment === null ? channelNames.has(scope) : scope === payment.channel) &&
    from <= moment &&
    moment <= to &&
    (method === undefined || method === null || method === scope || method === payment?.fundingSource);
  return windows.find(fits) ?? null;
}

const channelNames = new Map<string, Localized>(Object.entries(channelWords));

function nameOf(code: string): Localized {
  return channelNames.get(code) ?? { zh: "渠道", en: "the channel" };
}

function maintenanceAnnounced(file: CaseFile): Observation | null {
  const moment = momentOf(file);
  const window = maintenanceOf(file);
  if (window === null) {
    const { zh, en } = nameOf(file.payment?.channel ?? "");
    return no(moment, `当时没有${zh}维护公告`, `No maintenance of ${en} had been announced for that time`);
  }
  const { zh, en } = nameOf(window.scope);
  const span = `${dayAndClock(window.from, moment)}–${dayAndClock(window.to, moment)}`;
  return yes(
    window.from,
    `${zh}维护公告：${span}，${partWords(window).zh}${window.texts.zh}`,
    `${capitalised(en)} maintenance announced for ${span}${partWords(window).en}: ${window.texts.en}`,
  );
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What of the channel is shut, where it is not all of it. */
function partWords({ route = null, bank = null }: WindowFacts): Localized {
  const zh = [route && `账户“${route}”`, bank && `银行 ${bank}`].filter((part) => part !== null).join("、");
  const en = [route && `account “${route}”`, bank && `bank ${bank}`]
    .filter((part) => part !== null)
    .join(", ");
  return zh === "" ? { zh: "", en: "" } : { zh: `仅${zh}，`, en: ` (${en} alone)` };
}

/** The announced window of this platform itself that the case falls into. */
function ownMaintenanceAnnounced(file: CaseFile): Observation | null {
  const moment = momentOf(file);
  const window = file.windows.find(
    ({ scope, from, to }) => scope === "own" && from <= moment && moment <= to,
  );
  if (window === undefined)
    return no(
      moment,
      "当时没有收款平台自身的维护公告",
      "No maintenance of the payment platform itself had been announced for that time",
    );
  const span = `${dayAndClock(window.from, moment)}–${dayAndClock(window.to, moment)}`;
  return yes(
    window.from,
    `收款平台维护公告：${span}，${window.texts.zh}`,
    `Maintenance of the payment platform announced for ${span}: ${window.texts.en}`,
  );
}

/** A request turned away because the platform itself is under maintenance. What became a payment was not turned away. */
function refusedForOwnMaintenance({ refusal, payment }: CaseFile): Observation | null {
  if (!refusal)
    return payment === null
      ? null
      : no(payment.createdAt, "平台受理了这笔收款", "The platform took this payment in hand");
  return refusal.code === "platform_in_maintenance"
    ? yes(
        refusal.at,
        "收款平台维护期间，没有发起收款，没有扣款",
        "The payment platform was under maintenance; no payment was started and nothing was charged",
      )
    : no(
        refusal.at,
        "被拒绝的原因不是收款平台维护",
        "The refusal was not about maintenance of the payment platform",
      );
}

/** A request turned away because its channel is under maintenance: nothing was sent. */
function refusedForMaintenance({ refusal }: CaseFile): Observation | null {
  if (!refusal) return null;
  return refusal.code === "channel_in_maintenance"
    ? yes(
        refusal.at,
        "渠道维护期间，平台没有发起收款，没有扣款",
        "The channel was under maintenance; the platform started no payment and nothing was charged",
      )
    : no(refusal.at, "被拒绝的原因不是渠道维护", "The refusal was not about maintenance of a channel");
}

function channelDown(file: CaseFile): Observation | null {
  const { health } = file;
  if (health === null) return null;
  const charges = health.answered + health.unclear;
  if (charges < diagnosisLimits.healthChargesMin) return null;
  const { zh, en } = nameOf(health.channel);
  const down = health.unclear / charges >= diagnosisLimits.healthUnclearShareMin;
  return down
    ? yes(
        health.to,
        `同一时段全部商户的 ${charges} 笔${zh}收款中有 ${health.unclear} 笔没有明确应答`,
        `Of ${charges} ${en} payments of all merchants around that time, ${health.unclear} got no clear answer`,
      )
    : no(
        health.to,
        `同一时段${zh}应答正常（${charges} 笔中 ${health.answered} 笔有明确结果）`,
        `${capitalised(en)} answered normally around that time (${health.answered} of ${charges} payments had a clear outcome)`,
      );
}

/** The channel itself answered, more than once, with a code that means “not now”: so the way there is fine and it is not. */
function repliesUnavailable(file: CaseFile): Observation | null {
  const replies = file.timeline.filter((event) =>
    /^(charge|query|cancel)(Answered|Unanswered)$/.test(event.kind),
  );
  const unavailable = replies.filter((event) => saysUnavailable(event.data["response"]));
  const last = unavailable.at(-1);
  if (!last || unavailable.length < diagnosisLimits.unavailableRepliesMin) return null;
  const words = file.payment === null ? channelInWords : nameOf(file.payment.channel);
  return yes(
    last.at,
    `${words.zh}对这笔收款的 ${unavailable.length} 次请求都答复自己的系统不可用`,
    `${capitalised(words.en)} answered ${unavailable.length} requests about this payment by saying that its own system is unavailable`,
  );
}

const channelInWords: Localized = { zh: "支付渠道", en: "the channel" };

// Where each network puts its code, and the codes by which it says that the trouble is its own, and nothing about the outcome.
const unavailableCodes: ReadonlyArray<readonly [member: string, codes: ReadonlySet<unknown>]> = [
  ["code", new Set(["20000", "SYSTEM_ERROR", "BANK_ERROR"])],
  ["sub_code", new Set(["ACQ.SYSTEM_ERROR"])],
  ["err_code", new Set(["SYSTEMERROR", "BANKERROR"])],
  ["respCode", new Set(["02", "06"])],
];

function saysUnavailable(response: unknown): boolean {
  if (typeof response !== "object" || response === null) return false;
  const members = new Map<string, unknown>(Object.entries(response));
  return unavailableCodes.some(([member, codes]) => codes.has(members.get(member)));
}

export const channelSignals: Readonly<Record<string, Signal>> = {
  maintenanceAnnounced: {
    evidence: "E17",
    witness: "announcement",
    read: maintenanceAnnounced,
    leak: 0.01,
    outside: 0.01,
  },
  refusedForMaintenance: {
    evidence: "E17",
    witness: "ownRecord",
    read: refusedForMaintenance,
    leak: 0.0001,
    outside: 0.0001,
  },
  ownMaintenanceAnnounced: {
    evidence: "E17",
    witness: "announcement",
    read: ownMaintenanceAnnounced,
    leak: 0.005,
    outside: 0.005,
  },
  refusedForOwnMaintenance: {
    evidence: "E17",
    witness: "ownRecord",
    read: refusedForOwnMaintenance,
    leak: 0.0001,
    outside: 0.0001,
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
