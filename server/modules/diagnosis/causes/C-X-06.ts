// The announcement reached the terminal, and the terminal could not be heard: it says so itself.
import type { CaseFile, Cause, Texts } from "../model.ts";
import { exampleFile, exampleTerminal, silentArrival } from "../example.ts";
import { step } from "../steps.ts";

const reported = (file: CaseFile, problem: string): boolean =>
  file.arrivals.some((arrival) => arrival.problem === problem);
const answered = (file: CaseFile, optionId: string): boolean =>
  file.answers.some((answer) => answer.questionId === "terminalScreen" && answer.optionId === optionId);

/** The same story for each reason why it cannot be heard. */
const silent = (zh: string, en: string): Texts => ({
  payer: {
    zh: "您的付款已成功，只是商家的终端没有声音。请让商家查看收款记录，无需重复付款。",
    en: "Your payment went through; only the shop’s terminal has no sound. Ask the shop to look at its records; do not pay again.",
  },
  merchant: {
    zh: `{what} 已经收到。没有听到播报，是因为“{terminal}”${zh}；能出声后会自动补播，不要重复收款。`,
    en: `{what} has arrived. Nothing was heard from {terminal}: ${en}; it catches up by itself once it can be heard. Do not charge again.`,
  },
  operator: {
    zh: `播报已送达“{terminal}”。没有听到，是因为终端${zh}；能出声后会自动补播。`,
    en: `The announcement reached {terminal}, and nothing was heard: ${en}; it catches up by itself once it can be heard.`,
  },
});

const quiet = (volumePercent: number, muted: "yes" | "no") =>
  exampleTerminal({
    telemetry: { at: "2026-11-22T03:59:50.000Z", batteryPercent: 80, volumePercent, muted },
  });
const saw = (optionId: string) =>
  [{ questionId: "terminalScreen", optionId, at: "2026-11-22T04:00:29.500Z", actor: "trm_1" }] as const;

const delivered = { stage: "delivered", deliveredAt: "2026-11-22T04:00:02.000Z" } as const;

export default {
  id: "C-X-06",
  names: { zh: "终端静音或扬声器无法出声", en: "The terminal is muted or its loudspeaker does not work" },
  actor: "cashier",
  texts: {
    payer: {
      zh: "您的付款已成功，商家的终端{probably}没有声音。请让商家查看收款记录，无需重复付款。",
      en: "Your payment went through; the shop’s terminal {probably} has no sound. Ask the shop to look at its records; do not pay again.",
    },
    merchant: {
      zh: "{what} 已经收到，没有播报的原因{probably}是“{terminal}”静音或无法出声。请调高音量或点一下屏幕，恢复后会自动补播，不要重复收款。",
      en: "{what} has arrived; it was {probably} not heard because {terminal} is muted or cannot play sound. Turn it up or tap its screen; the announcement follows by itself. Do not charge again.",
    },
    operator: {
      zh: "播报已送达“{terminal}”，终端报告无法出声；原因{probably}在终端的音量、静音或扬声器。恢复出声后终端会自行补播。",
      en: "The announcement reached {terminal}, which reported that it cannot be heard; the cause is {probably} its volume, its mute switch or its loudspeaker. It speaks by itself once it can.",
    },
  },
  prior: 0.05,
  likelihoods: {
    arrivalUnheard: 0.9,
    terminalSilent: 0.9,
    arrivalNeverDelivered: 0.05,
    allStagesComplete: 0.02,
    paid: 0.99,
    complainsOfSilence: 0.9,
    soundOff: 0.9,
    screenSaysSilent: 0.6,
    screenSaysBroken: 0.3,
  },
  refutations: [{ signal: "arrivalNeverDelivered", value: "yes" }],
  neededToName: [
    { signal: "terminalSilent", value: "yes" },
    { signal: "soundOff", value: "yes" },
    { signal: "screenSaysSilent", value: "yes" },
    { signal: "screenSaysBroken", value: "yes" },
  ],
  questions: ["terminalScreen"],
  remedies: [
    {
      id: "restoreSound",
      level: "R1",
      text: {
        zh: "取消静音、调高音量，或点一下屏幕；出声后会自动补播",
        en: "Unmute it, turn it up, or tap the screen; it speaks by itself once it can",
      },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  tryNow: "restoreSound",
  variants: [
    {
      id: "volumeZero",
      when: (file) => reported(file, "volumeZero") || file.terminal?.telemetry?.volumePercent === 0,
      names: { zh: "终端音量为 0", en: "The terminal’s volume is 0" },
      texts: silent("音量{probably}为 0。请调高音量", "its volume is {probably} 0. Turn it up"),
    },
    {
      id: "audioLocked",
      when: (file) => reported(file, "audioLocked"),
      names: { zh: "终端的浏览器还没有允许出声", en: "The terminal’s browser does not allow sound yet" },
      texts: silent(
        "浏览器{probably}还没有允许出声。请点一下屏幕",
        "its browser {probably} does not allow sound yet. Tap the screen once",
      ),
    },
    {
      id: "broken",
      when: (file) =>
        reported(file, "audioFailed") || reported(file, "voicePackMissing") || answered(file, "noSound"),
      names: { zh: "终端扬声器无法出声", en: "The terminal’s loudspeaker does not work" },
      actor: "terminal",
      tryNow: "moneyIsHere",
      texts: silent(
        "扬声器{probably}坏了。请先看屏幕和收款记录，重启后仍没有声音就联系服务商检修",
        "its loudspeaker is {probably} broken. Go by the screen and the list of payments; if it stays silent after a restart, have it repaired",
      ),
      remedies: [
        step("checkSpeaker", "R1", {
          zh: "重启终端；仍没有声音，请联系服务商检修扬声器，收款以屏幕和收款记录为准",
          en: "Restart the terminal. If it stays silent, have its loudspeaker repaired; meanwhile the screen and the list of payments tell what has arrived",
        }),
      ],
    },
    {
      id: "muted",
      when: (file) =>
        reported(file, "muted") || file.terminal?.telemetry?.muted === "yes" || answered(file, "soundOff"),
      names: { zh: "终端已静音", en: "The terminal is muted" },
      texts: silent("{probably}被静音了。请取消静音", "it is {probably} muted. Unmute it"),
    },
  ],
  outranks: [],
  examples: {
    hits: [
      exampleFile({ arrivals: [silentArrival({ ...delivered, problem: "muted" })] }),
      exampleFile({ arrivals: [silentArrival({ ...delivered, problem: "audioLocked" })] }),
      // Not a word in the receipts, but the last report of the terminal says so.
      exampleFile({ arrivals: [silentArrival(delivered)], terminal: quiet(0, "no") }),
      exampleFile({ arrivals: [silentArrival(delivered)], terminal: quiet(60, "yes") }),
      // It claims to have spoken, at volume 0, and somebody complains.
      exampleFile({
        terminal: quiet(0, "no"),
        complaint: { text: "没有听到到账", locale: "zh", symptoms: ["arrivalUnheard"] },
      }),
      exampleFile({ arrivals: [silentArrival(delivered)], answers: saw("soundOff") }),
      exampleFile({ arrivals: [silentArrival(delivered)], answers: saw("noSound") }),
    ],
    misses: [
      exampleFile(),
      exampleFile({ arrivals: [silentArrival()] }),
      // Delivered and silent without a word why: not to be guessed.
      exampleFile({ arrivals: [silentArrival(delivered)] }),
      // It never reached the terminal, so its volume is no excuse.
      exampleFile({ arrivals: [silentArrival()], terminal: quiet(0, "no") }),
    ],
  },
} satisfies Cause;
