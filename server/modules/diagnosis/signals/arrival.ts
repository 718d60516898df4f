// Whether the arrival was heard, how far it came, and whether the terminal was there to hear it.
import type { Localized } from "@huiyin/contract/words.ts";
import { diagnosisLimits } from "../limits.ts";
import type { ArrivalFacts, CaseFile, Instant, Observation, Signal, TerminalFacts } from "../model.ts";
import { clock, when, no, seconds, yes } from "./reading.ts";

/** Arrivals that were not spoken in time; those still within their time count as neither. */
export function lateArrivals(arrivals: readonly ArrivalFacts[], builtAt: Instant): ArrivalFacts[] {
  return arrivals.filter((arrival) => {
    const end = arrival.spokenAt ?? builtAt;
    return seconds(arrival.acceptedAt, end) > diagnosisLimits.unheardSeconds || isOver(arrival);
  });
}

/** The announcements to be judged: those of the terminal looked at, or all where it announces none. */
function judged({ arrivals, terminal }: CaseFile): readonly ArrivalFacts[] {
  const own = arrivals.filter((arrival) => arrival.terminalId === terminal?.id);
  return own.length > 0 ? own : arrivals;
}

function late(file: CaseFile): ArrivalFacts[] {
  return lateArrivals(judged(file), file.builtAt);
}

/** The terminal looked at; null where another one was late, for which it cannot speak. */
function listening(file: CaseFile): TerminalFacts | null {
  const { terminal } = file;
  return late(file).every((arrival) => arrival.terminalId === terminal?.id) ? terminal : null;
}

/** Ended without having been spoken. */
function isOver(arrival: ArrivalFacts): boolean {
  return arrival.spokenAt === null && (arrival.stage === "interrupted" || arrival.stage === "stale");
}

function unheard(file: CaseFile): Observation | null {
  if (file.payment?.state !== "succeeded" || file.arrivals.length === 0) return null;
  const [first] = late(file);
  if (!first) {
    const spoken = judged(file).find((arrival) => arrival.spokenAt !== null);
    return spoken?.spokenAt
      ? no(
          spoken.spokenAt,
          `${clock(spoken.spokenAt)} 终端已播报`,
          `${clock(spoken.spokenAt)} the terminal announced it`,
        )
      : null;
  }
  const { acceptedAt, spokenAt } = first;
  if (spokenAt !== null) {
    const delay = Math.round(seconds(acceptedAt, spokenAt));
    return yes(
      spokenAt,
      `到账 ${delay} 秒后（${clock(spokenAt)}）才播报`,
      `It was announced only ${delay} seconds later, at ${clock(spokenAt)}`,
    );
  }
  const stages: Readonly<Record<string, { zh: string; en: string }>> = {
    accepted: { zh: "还没有送达终端", en: "it has not reached the terminal" },
    delivered: { zh: "已送达终端，但没有播报", en: "it reached the terminal but was not spoken" },
    speaking: {
      zh: "终端开始播报，但没有报告播完",
      en: "the terminal began to speak and never reported the end",
    },
    interrupted: { zh: "播报被打断", en: "it was interrupted while being spoken" },
    stale: { zh: "已过期，不再单独播报", en: "it is too old to be spoken by itself" },
  };
  const stage = stages[first.stage] ?? { zh: first.stage, en: first.stage };
  return yes(
    acceptedAt,
    `${clock(acceptedAt)} 到账后没有听到播报：${stage.zh}`,
    `Paid at ${clock(acceptedAt)} and not announced: ${stage.en}`,
  );
}

function allStagesComplete(file: CaseFile): Observation | null {
  if (file.payment?.state !== "succeeded") return null;
  const spoken = file.arrivals.filter((arrival) => arrival.spokenAt !== null);
  if (file.arrivals.length > 0 && spoken.length < file.arrivals.length) return null;
  if (late(file).length > 0) return null;
  const at = spoken[0]?.spokenAt ?? file.payment.paidAt ?? file.builtAt;
  return spoken.length > 0
    ? yes(
        at,
        `从扫码到播报各环节都已完成，${clock(at)} 播报`,
        `Every stage from scan to speech is complete; spoken at ${clock(at)}`,
      )
    : yes(
        at,
        "从扫码到入账各环节都已完成，这笔没有绑定播报终端",
        "Every stage from scan to ledger is complete; no terminal was bound to speak",
      );
}

/** When the terminal should have been listening. */
function listeningFrom(file: CaseFile): Instant {
  return (late(file)[0] ?? judged(file)[0])?.acceptedAt ?? file.payment?.paidAt ?? file.builtAt;
}

function isConnected({ sessions }: TerminalFacts, at: Instant): boolean {
  return sessions.some((session) => session.from <= at && (session.to === null || session.to > at));
}

/** When a terminal that was not connected had gone; null where it was never seen. */
function leftBefore({ sessions, lastSeenAt }: TerminalFacts, at: Instant): Instant | null {
  return sessions.findLast((session) => session.to !== null && session.to <= at)?.to ?? lastSeenAt;
}

function terminalOffline(file: CaseFile): Observation | null {
  const terminal = listening(file);
  if (terminal === null) return null;
  const at = listeningFrom(file);
  if (isConnected(terminal, at))
    return no(at, `${clock(at)} 终端在线`, `At ${clock(at)} the terminal was connected`);
  const back = terminal.sessions.find((session) => session.from > at);
  const left = leftBefore(terminal, at);
  const zh = `终端${left ? `自 ${when(left, at)} 起` : ""}不在线${back ? `，${when(back.from, at)} 恢复` : "，到现在还没有恢复"}`;
  const en = `The terminal was not connected${left ? ` from ${when(left, at)}` : ""}${back ? ` until ${when(back.from, at)}` : " and is not back yet"}`;
  return yes(left ?? at, zh, en);
}

/** Connected all the time, and yet nothing was heard. */
function onlineThroughout(file: CaseFile): Observation | null {
  const terminal = listening(file);
  if (terminal === null || file.arrivals.length === 0) return null;
  const from = listeningFrom(file);
  const heard =
    judged(file)
      .map((arrival) => arrival.spokenAt ?? file.builtAt)
      .sort()[0] ?? file.builtAt;
  const session = terminal.sessions.find(
    (candidate) => candidate.from <= from && (candidate.to === null || candidate.to >= heard),
  );
  return session
    ? yes(from, "从到账起终端一直在线", "The terminal was connected all the time since the money arrived")
    : null;
}

function neverDelivered(file: CaseFile): Observation | null {
  const [first] = late(file);
  if (!first) return null;
  return first.deliveredAt === null
    ? yes(
        first.acceptedAt,
        "播报消息没有送达终端的回执",
        "There is no receipt that the announcement reached the terminal",
      )
    : no(
        first.deliveredAt,
        `${clock(first.deliveredAt)} 播报消息已送达终端`,
        `${clock(first.deliveredAt)} the announcement reached the terminal`,
      );
}

const silences: ReadonlyMap<string, Localized> = new Map([
  ["muted", { zh: "已静音", en: "it is muted" }],
  ["volumeZero", { zh: "音量为 0", en: "its volume is 0" }],
  [
    "audioLocked",
    {
      zh: "浏览器还没有允许出声，需要点一下屏幕",
      en: "the browser does not allow sound before somebody taps the screen",
    },
  ],
  ["audioFailed", { zh: "扬声器出错", en: "its loudspeaker failed" }],
  ["voicePackMissing", { zh: "语音包没有装好", en: "its voice pack is missing" }],
]);

/** The terminal itself reported why it could not be heard. */
function terminalSilent(file: CaseFile): Observation | null {
  const silent = late(file).find((arrival) => arrival.problem !== null);
  if (!silent?.problem) return null;
  const words = silences.get(silent.problem) ?? { zh: silent.problem, en: silent.problem };
  const at = silent.deliveredAt ?? silent.acceptedAt;
  return yes(
    at,
    `终端报告无法出声：${words.zh}`,
    `The terminal reported that it cannot be heard: ${words.en}`,
  );
}

/** The newest report of the terminal about its sound, where it is near enough to the arrival to speak for it. */
function soundOff(file: CaseFile): Observation | null {
  const telemetry = listening(file)?.telemetry;
  if (!telemetry || (telemetry.muted === null && telemetry.volumePercent === null)) return null;
  const near =
    Math.abs(seconds(telemetry.at, listeningFrom(file))) <= diagnosisLimits.telemetrySpeaksForSeconds;
  const asked = file.complaint?.symptoms.includes("arrivalUnheard") ?? false;
  // What was spoken and heard needs no excuse.
  if (!near || (unheard(file)?.value !== "yes" && !asked)) return null;
  if (telemetry.volumePercent === 0)
    return yes(
      telemetry.at,
      `${clock(telemetry.at)} 终端上报：音量为 0`,
      `${clock(telemetry.at)} the terminal reported a volume of 0`,
    );
  if (telemetry.muted === "yes")
    return yes(
      telemetry.at,
      `${clock(telemetry.at)} 终端上报：已静音`,
      `${clock(telemetry.at)} the terminal reported that it is muted`,
    );
  const volume = telemetry.volumePercent === null ? "" : `，音量 ${telemetry.volumePercent}%`;
  const loud = telemetry.volumePercent === null ? "" : ` at ${telemetry.volumePercent} % volume`;
  return no(
    telemetry.at,
    `${clock(telemetry.at)} 终端上报：声音开着${volume}`,
    `${clock(telemetry.at)} the terminal reported that its sound is on${loud}`,
  );
}

/**
 * What the terminal last said of its battery before it should have spoken, or before it went away. What was spoken needs
 * no excuse, and a message lost on its way to a terminal that stayed connected is not the battery's doing.
 */
function batteryLow(file: CaseFile): Observation | null {
  const terminal = listening(file);
  if (!terminal?.telemetry || terminal.telemetry.batteryPercent === null) return null;
  const { at, batteryPercent, charging = null } = terminal.telemetry;
  const symptoms = file.complaint?.symptoms ?? [];
  const asked = symptoms.includes("arrivalUnheard") || symptoms.includes("terminalOffline");
  if (unheard(file)?.value !== "yes" && !asked) return null;
  if (onlineThroughout(file) !== null && neverDelivered(file)?.value === "yes") return null;
  const due = listeningFrom(file);
  const last = isConnected(terminal, due) ? due : (leftBefore(terminal, due) ?? due);
  if (at > due || seconds(at, last) > diagnosisLimits.telemetrySpeaksForSeconds) return null;
  const moment = when(at, due);
  const [zh, en] = {
    yes: ["，正在充电", ", charging"],
    no: ["，没有充电", ", not charging"],
    null: ["", ""],
  }[charging ?? "null"] as [string, string];
  const low = batteryPercent <= diagnosisLimits.batteryLowPercentMax && charging !== "yes";
  return (low ? yes : no)(
    at,
    `${moment} 终端上报：电量 ${batteryPercent}%${zh}`,
    `${moment} the terminal reported a battery of ${batteryPercent} %${en}`,
  );
}

/** It came back again and again within the hour: a network that holds does not do that. */
function reconnects(file: CaseFile): Observation | null {
  const terminal = listening(file);
  if (terminal === null) return null;
  const at = listeningFrom(file);
  const within = diagnosisLimits.reconnectsWithinSeconds;
  const begun = terminal.sessions.filter(
    ({ from }) => seconds(from, at) <= within && seconds(at, from) <= diagnosisLimits.nextAttemptSeconds,
  );
  const last = begun.at(-1)?.from ?? at;
  return begun.length >= diagnosisLimits.reconnectsMin
    ? yes(
        last,
        `一小时内终端断开又连上 ${begun.length} 次`,
        `Within an hour the terminal connected anew ${begun.length} times`,
      )
    : no(last, "终端没有反复断线", "The terminal did not keep losing its connection");
}

export const arrivalSignals: Readonly<Record<string, Signal>> = {
  arrivalUnheard: { evidence: "E21", witness: "ownRecord", read: unheard, leak: 0.01, outside: 0.3 },
  allStagesComplete: {
    evidence: "E21",
    witness: "ownRecord",
    read: allStagesComplete,
    leak: 0.02,
    outside: 0.02,
  },
  terminalOffline: {
    evidence: "E10",
    witness: "ownRecord",
    read: terminalOffline,
    leak: 0.03,
    outside: 0.05,
  },
  terminalOnlineThroughout: {
    evidence: "E10",
    witness: "ownRecord",
    read: onlineThroughout,
    leak: 0.5,
    outside: 0.8,
  },
  terminalSilent: { evidence: "E21", witness: "terminal", read: terminalSilent, leak: 0.01, outside: 0.02 },
  terminalReconnects: { evidence: "E11", witness: "ownRecord", read: reconnects, leak: 0.02, outside: 0.05 },
  soundOff: { evidence: "E12", witness: "terminal", read: soundOff, leak: 0.02, outside: 0.02 },
  batteryLow: { evidence: "E12", witness: "terminal", read: batteryLow, leak: 0.004, outside: 0.01 },
  arrivalNeverDelivered: {
    evidence: "E21",
    witness: "ownRecord",
    read: neverDelivered,
    leak: 0.3,
    outside: 0.4,
  },
};
