// The announcement reached the terminal, and the terminal could not be heard: it says so itself.
import type { Cause } from "../model.ts";
import { exampleFile, silentArrival } from "../example.ts";

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
    arrivalUnheard: 0.97,
    terminalSilent: 0.95,
    arrivalNeverDelivered: 0.05,
    allStagesComplete: 0.01,
    paid: 0.99,
    complainsOfSilence: 0.9,
  },
  refutations: [
    { signal: "arrivalUnheard", value: "no" },
    { signal: "arrivalNeverDelivered", value: "yes" },
  ],
  neededToName: [{ signal: "terminalSilent", value: "yes" }],
  questions: [],
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
  outranks: [],
  examples: {
    hits: [
      exampleFile({ arrivals: [silentArrival({ ...delivered, problem: "muted" })] }),
      exampleFile({ arrivals: [silentArrival({ ...delivered, problem: "audioLocked" })] }),
    ],
    misses: [
      exampleFile(),
      exampleFile({ arrivals: [silentArrival()] }),
      // Delivered and silent without a word why: not to be guessed.
      exampleFile({ arrivals: [silentArrival(delivered)] }),
    ],
  },
} satisfies Cause;
