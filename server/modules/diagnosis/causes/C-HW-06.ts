// The terminal's battery was nearly empty, or it ran out: nothing could be heard. Told apart from a lost network by what
// the terminal last said of its battery, because a router that is restarted charges nobody.
import { exampleArrival, exampleFile, exampleTerminal, silentArrival } from "../example.ts";
import type { CaseFile, Cause, TerminalFacts } from "../model.ts";
import { step } from "../steps.ts";

const reading = (
  batteryPercent: number,
  change: Partial<NonNullable<TerminalFacts["telemetry"]>> = {},
): TerminalFacts["telemetry"] => ({
  ...{ at: "2026-11-22T03:58:45.000Z", batteryPercent, charging: "no", volumePercent: 70, muted: "no" },
  ...change,
});
const first = { from: "2026-11-22T00:00:00.000Z", to: "2026-11-22T03:59:00.000Z" };
const away = (telemetry: TerminalFacts["telemetry"]): TerminalFacts =>
  exampleTerminal({ online: "no", lastSeenAt: first.to, sessions: [first], telemetry });
const back = { from: "2026-11-22T04:05:00.000Z", to: null };
const delivered = { stage: "delivered", deliveredAt: "2026-11-22T04:00:02.000Z" } as const;
const saw = (optionId: string): CaseFile["answers"] => [
  { questionId: "terminalScreen", optionId, at: "2026-11-22T04:00:29.500Z", actor: "trm_1" },
];
/** It reported so a moment before the money arrived. */
const nearlyEmpty = reading(4, { at: "2026-11-22T03:59:50.000Z" });
/** The same, and its connection ended right afterwards. */
const goingOut = exampleTerminal({
  online: "no",
  sessions: [{ ...first, to: "2026-11-22T04:00:02.500Z" }],
  telemetry: nearlyEmpty,
});
const complaint = { text: "机器没有声音", locale: "zh", symptoms: ["arrivalUnheard"] } as const;

export default {
  id: "C-HW-06",
  names: { zh: "终端电量不足", en: "The terminal’s battery is nearly empty" },
  actor: "cashier",
  texts: {
    payer: {
      zh: "您的付款已成功，商家的终端{probably}电量不足，没有按时播报。请让商家查看收款记录，无需重复付款。",
      en: "Your payment went through; the battery of the shop’s terminal was {probably} nearly empty, so it did not announce it in time. Ask the shop to look at its records; do not pay again.",
    },
    merchant: {
      zh: "“{terminal}”{probably}电量不足，所以 {what} 没有按时播报。请接上充电器；重新连上后，还没播的会自动补播。是否到账以收款记录为准，不要重复收款。",
      en: "The battery of {terminal} was {probably} nearly empty, so {what} was not announced in time. Plug it in; what has not been spoken yet follows by itself once it is connected. The list of payments tells what has arrived; do not charge again.",
    },
    operator: {
      zh: "“{terminal}”没有按时播报，原因{probably}是电量不足；钱以账本为准。接上电源并恢复连接后，还没播的会自动补播一次。如果充满后很快又没电，请检查充电器和电池。",
      en: "{terminal} did not speak in time, {probably} because its battery was nearly empty; the ledger tells what was paid. What has not been spoken yet is replayed once when it has power and is connected. If a full charge does not last, have charger and battery checked.",
    },
  },
  prior: 0.004,
  likelihoods: {
    arrivalUnheard: 0.97,
    batteryLow: 0.95,
    screenSaysBatteryLow: 0.8,
    // It may go out only after the money has arrived; while it holds, it mostly speaks.
    terminalOffline: 0.6,
    terminalOnlineThroughout: 0.05,
    arrivalNeverDelivered: 0.85,
    allStagesComplete: 0.01,
    paid: 0.99,
    complainsOfSilence: 0.9,
    // Switched off, it looks like one without a network.
    complainsOfNetwork: 0.9,
  },
  refutations: [
    { signal: "batteryLow", value: "no" },
    { signal: "arrivalUnheard", value: "no" },
  ],
  neededToName: [
    { signal: "batteryLow", value: "yes" },
    { signal: "screenSaysBatteryLow", value: "yes" },
  ],
  questions: ["terminalScreen"],
  remedies: [
    {
      id: "replayArrival",
      level: "R3",
      text: { zh: "终端恢复连接后自动补播一次", en: "Replay the announcement once the terminal is back" },
      action: "replayArrival",
      roles: ["operator", "merchant", "terminal"],
    },
    step("chargeTerminal", "R1", {
      zh: "给终端接上充电器；如果已经关机，充几分钟后再开机",
      en: "Plug the terminal in; if it went out, let it charge for a few minutes and switch it on",
    }),
  ],
  tryNow: "chargeTerminal",
  variants: [
    {
      id: "empty",
      when: ({ terminal }) => terminal?.online === "no",
      names: { zh: "终端电量耗尽，已关机", en: "The terminal’s battery ran out" },
      texts: {
        payer: {
          zh: "您的付款已成功，商家的终端{probably}没电关机了，没有播报。请让商家查看收款记录，无需重复付款。",
          en: "Your payment went through; the shop’s terminal {probably} ran out of battery and stayed silent. Ask the shop to look at its records; do not pay again.",
        },
        merchant: {
          zh: "“{terminal}”{probably}没电关机了，所以 {what} 没有播报。请接上充电器并开机；重新连上后，还没播的会自动补播。是否到账以收款记录为准，不要重复收款。",
          en: "{terminal} {probably} ran out of battery, so {what} was not announced. Plug it in and switch it on; what has not been spoken yet follows by itself once it is connected. The list of payments tells what has arrived; do not charge again.",
        },
        operator: {
          zh: "“{terminal}”断开连接、没有播报，{probably}是电量耗尽而关机；钱以账本为准。充电开机并恢复连接后，还没播的会自动补播一次。如果充满后很快又没电，请检查充电器和电池。",
          en: "{terminal} lost its connection and stayed silent, {probably} because its battery ran out; the ledger tells what was paid. What has not been spoken yet is replayed once when it has power and is connected. If a full charge does not last, have charger and battery checked.",
        },
      },
    },
  ],
  outranks: [],
  examples: {
    hits: [
      exampleFile({ arrivals: [silentArrival()], terminal: away(reading(3)) }),
      // It does not say whether it is being charged.
      exampleFile({ arrivals: [silentArrival()], terminal: away(reading(1, { charging: null })) }),
      // Charged and back meanwhile, and announced late.
      exampleFile({
        builtAt: "2026-11-22T04:06:00.000Z",
        arrivals: [
          exampleArrival({ deliveredAt: "2026-11-22T04:05:01.000Z", spokenAt: "2026-11-22T04:05:03.000Z" }),
        ],
        terminal: exampleTerminal({ sessions: [first, back], telemetry: reading(3) }),
      }),
      // It went out when the money had just arrived, before the message could reach it.
      exampleFile({ arrivals: [silentArrival()], terminal: goingOut }),
      // Nearly empty and still connected: only whoever stands before it can tell.
      exampleFile({
        arrivals: [silentArrival(delivered)],
        terminal: exampleTerminal({ telemetry: nearlyEmpty }),
        answers: saw("batteryLow"),
      }),
      exampleFile({
        arrivals: [silentArrival(delivered)],
        terminal: goingOut,
        answers: saw("batteryLow"),
      }),
      // Asked about the terminal alone.
      exampleFile({
        payment: null,
        timeline: [],
        arrivals: [],
        terminal: away(reading(3)),
        complaint,
      }),
      exampleFile({
        arrivals: [silentArrival()],
        terminal: away(reading(3)),
        complaint: { text: "机器离线了", locale: "zh", symptoms: ["terminalOffline"] },
      }),
    ],
    misses: [
      exampleFile(),
      // Nearly empty, and spoken all the same; nor does a complaint change that.
      exampleFile({ terminal: exampleTerminal({ telemetry: nearlyEmpty }) }),
      exampleFile({
        terminal: exampleTerminal({ telemetry: nearlyEmpty }),
        complaint,
      }),
      // Away, with a battery that was full, that was being charged, of which nothing is known, or was known long before.
      exampleFile({ arrivals: [silentArrival()], terminal: away(reading(80)) }),
      exampleFile({ arrivals: [silentArrival()], terminal: away(reading(4, { charging: "yes" })) }),
      exampleFile({ arrivals: [silentArrival()], terminal: away(null) }),
      exampleFile({
        arrivals: [silentArrival()],
        terminal: away(reading(4, { at: "2026-11-22T01:00:00.000Z" })),
      }),
      // Low only when it was back: what it says then is not what kept it silent.
      exampleFile({
        builtAt: "2026-11-22T04:06:00.000Z",
        arrivals: [silentArrival()],
        terminal: exampleTerminal({
          sessions: [first, back],
          telemetry: reading(4, { at: "2026-11-22T04:05:10.000Z" }),
        }),
      }),
      // Nearly empty, connected and silent: it may as well be muted, so the cashier is asked.
      exampleFile({
        arrivals: [silentArrival(delivered)],
        terminal: exampleTerminal({ telemetry: nearlyEmpty }),
      }),
      exampleFile({ arrivals: [silentArrival(delivered)], terminal: goingOut }),
      // Nearly empty and connected all the time: what never reached it was lost by us.
      exampleFile({
        arrivals: [silentArrival()],
        terminal: exampleTerminal({ telemetry: nearlyEmpty }),
      }),
      // It says itself that it is muted.
      exampleFile({
        arrivals: [silentArrival({ ...delivered, problem: "muted" })],
        terminal: exampleTerminal({ telemetry: nearlyEmpty }),
      }),
    ],
  },
} satisfies Cause;
