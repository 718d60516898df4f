// The terminal was connected, and yet the announcement did not come through: our own delivery failed.
import type { Cause } from "../model.ts";
import { exampleFile, exampleTerminal, silentArrival } from "../example.ts";

export default {
  id: "C-ARR-01",
  names: { zh: "到账播报未能送达", en: "The announcement was not delivered" },
  actor: "acquirer",
  texts: {
    payer: {
      zh: "您的付款已成功，商家的播报{probably}延误了。请让商家查看收款记录，无需重复付款。",
      en: "Your payment went through; the announcement was {probably} held up. Ask the shop to look at its records; do not pay again.",
    },
    merchant: {
      zh: "{what} 已经收到，播报{probably}在平台送往“{terminal}”的途中丢失，与您的操作无关。平台会补播一次，这一笔不要重复收款。",
      en: "{what} has arrived; the announcement was {probably} lost on its way to {terminal}. It is repeated once. Do not charge this one again.",
    },
    operator: {
      zh: "收款成功、终端“{terminal}”一直在线，但播报没有送达回执，原因{probably}是平台的消息投递出了问题。可补播一次并核对消息通道。",
      en: "Paid, and {terminal} was connected all the time, yet no receipt of the announcement came: {probably} our delivery failed. Replay it, and look at the message channel.",
    },
  },
  prior: 0.02,
  likelihoods: {
    arrivalUnheard: 0.97,
    arrivalNeverDelivered: 0.9,
    terminalOnlineThroughout: 0.95,
    terminalOffline: 0.02,
    allStagesComplete: 0.01,
    paid: 0.99,
    complainsOfSilence: 0.9,
  },
  refutations: [
    { signal: "terminalOffline", value: "yes" },
    { signal: "arrivalUnheard", value: "no" },
    { signal: "arrivalNeverDelivered", value: "no" },
  ],
  neededToName: [{ signal: "arrivalNeverDelivered", value: "yes" }],
  questions: [],
  remedies: [
    {
      id: "replayArrival",
      level: "R3",
      text: { zh: "自动补播一次", en: "Replay the announcement" },
      action: "replayArrival",
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  tryNow: "moneyIsHere",
  outranks: [],
  examples: {
    hits: [exampleFile({ arrivals: [silentArrival()] })],
    misses: [
      exampleFile(),
      exampleFile({ arrivals: [silentArrival()], terminal: exampleTerminal({ online: "no", sessions: [] }) }),
      // It reached the terminal: whatever kept it silent there, the delivery did not.
      exampleFile({
        arrivals: [silentArrival({ stage: "delivered", deliveredAt: "2026-11-22T04:00:02.000Z" })],
      }),
    ],
  },
} satisfies Cause;
