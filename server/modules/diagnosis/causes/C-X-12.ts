// Nothing is wrong: every stage is complete, and this says when.
import type { Cause } from "../model.ts";
import { declinedFile, exampleCapability, exampleFile, noInstrument, silentArrival } from "../example.ts";

export default {
  id: "C-X-12",
  names: { zh: "一切正常", en: "Nothing is wrong" },
  actor: "platform",
  texts: {
    payer: {
      zh: "没有发现故障，{what} 记录正常。",
      en: "No fault was found; the record of {what} is in order.",
    },
    merchant: {
      zh: "没有发现故障，{what} 各环节的记录都正常，依据见下方时间。如果仍没有听到播报，请检查终端音量。",
      en: "No fault was found: the record of {what} shows every stage in order, with the times below. If nothing was heard, check the volume of the terminal.",
    },
    operator: {
      zh: "各环节都有完成记录，没有发现故障。依据见时间线。",
      en: "Every stage is on record as complete; no fault was found. See the timeline.",
    },
  },
  prior: 0.35,
  likelihoods: {
    declined: 0.001,
    paid: 0.98,
    allStagesComplete: 0.97,
    troubleSeen: 0.05,
    // An answer that got lost, and a query that found the money: the platform’s daily bread.
    chargeUnclear: 0.05,
    complainsOfHuabei: 0.1,
    complainsOfSilence: 0.1,
    terminalOffline: 0.01,
    huabeiLiveClosed: 0.01,
    creditSwitchedOff: 0.005,
    soundOff: 0.0002,
    complainsOfMoney: 0.2,
    awaitingPayer: 0.001,
  },
  refutations: [
    { signal: "declined", value: "yes" },
    { signal: "arrivalUnheard", value: "yes" },
    { signal: "closedUnpaid", value: "yes" },
    { signal: "awaitingPayer", value: "yes" },
    { signal: "givenBack", value: "yes" },
    { signal: "refundShort", value: "yes" },
    { signal: "requestRefused", value: "yes" },
  ],
  neededToName: [
    { signal: "allStagesComplete", value: "yes" },
    { signal: "paid", value: "yes" },
    { signal: "huabeiConfirmedOpen", value: "yes" },
    { signal: "terminalOffline", value: "no" },
  ],
  questions: [],
  remedies: [],
  tryNow: null,
  outranks: [],
  examples: {
    hits: [
      exampleFile(),
      exampleFile({ terminal: null, arrivals: [] }),
      // Somebody is sure that it was silent; the terminal has the proof of speech.
      exampleFile({ complaint: { text: "没有听到到账", locale: "zh", symptoms: ["arrivalUnheard"] } }),
      // Somebody asks about Huabei in general, and it is open.
      exampleFile({
        payment: null,
        timeline: [],
        arrivals: [],
        capabilities: [
          exampleCapability({ product: "alipay" }),
          exampleCapability({
            live: { state: "enabled", reason: null, askedAt: "2026-11-22T04:00:30.000Z" },
          }),
        ],
      }),
    ],
    misses: [declinedFile(...noInstrument), exampleFile({ arrivals: [silentArrival()] })],
  },
} satisfies Cause;
