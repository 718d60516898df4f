// The terminal was not connected when the money arrived, so nobody heard it.
import type { Cause } from "../model.ts";
import { exampleArrival, exampleFile, exampleTerminal, silentArrival } from "../example.ts";

const gone = exampleTerminal({
  online: "no",
  lastSeenAt: "2026-11-22T03:59:00.000Z",
  sessions: [{ from: "2026-11-22T00:00:00.000Z", to: "2026-11-22T03:59:00.000Z" }],
});
const back = exampleTerminal({
  sessions: [
    { from: "2026-11-22T00:00:00.000Z", to: "2026-11-22T03:59:00.000Z" },
    { from: "2026-11-22T04:05:00.000Z", to: null },
  ],
});

export default {
  id: "C-NET-02",
  names: { zh: "终端网络中断", en: "The terminal was offline" },
  actor: "network",
  texts: {
    payer: {
      zh: "您的付款已成功，商家的终端{probably}断网，没有播报。请让商家查看收款记录，无需重复付款。",
      en: "Your payment went through; the shop’s terminal was {probably} offline and stayed silent. Ask the shop to look at its records; do not pay again.",
    },
    merchant: {
      zh: "“{terminal}”{probably}断网，所以 {what} 没有播报。请检查终端的网络，恢复后会自动补播；是否到账以收款记录为准，不要重复收款。",
      en: "{terminal} was {probably} offline, so {what} was not announced. Check its network; the announcement is repeated once it is back. The list of payments tells what has arrived; do not charge again.",
    },
    operator: {
      zh: "终端“{terminal}”在该播报时{probably}没有连接，播报停在送达之前；钱以账本为准。终端恢复连接后自动补播一次。",
      en: "{terminal} was {probably} not connected when it should have spoken, so the announcement was never delivered; the ledger tells what was paid. It is replayed once when the terminal is back.",
    },
  },
  prior: 0.1,
  likelihoods: {
    arrivalUnheard: 0.97,
    terminalOffline: 0.98,
    arrivalNeverDelivered: 0.9,
    terminalOnlineThroughout: 0.01,
    allStagesComplete: 0.01,
    paid: 0.99,
    complainsOfSilence: 0.9,
    complainsOfNetwork: 0.9,
  },
  refutations: [
    { signal: "terminalOffline", value: "no" },
    { signal: "terminalOnlineThroughout", value: "yes" },
  ],
  neededToName: [{ signal: "terminalOffline", value: "yes" }],
  questions: [],
  remedies: [
    {
      id: "replayArrival",
      level: "R3",
      text: { zh: "终端恢复连接后自动补播一次", en: "Replay the announcement once the terminal is back" },
      action: "replayArrival",
      roles: ["operator", "merchant", "terminal"],
    },
    {
      id: "checkNetwork",
      level: "R1",
      text: {
        zh: "检查终端的 Wi-Fi 或流量卡，必要时重启终端",
        en: "Check the terminal’s Wi-Fi or SIM, restart it if need be",
      },
      action: null,
      roles: ["operator", "merchant", "terminal"],
    },
  ],
  tryNow: "moneyIsHere",
  outranks: [],
  examples: {
    hits: [
      exampleFile({ arrivals: [silentArrival()], terminal: gone }),
      // Back meanwhile, and announced late.
      exampleFile({
        builtAt: "2026-11-22T04:06:00.000Z",
        arrivals: [
          exampleArrival({ deliveredAt: "2026-11-22T04:05:01.000Z", spokenAt: "2026-11-22T04:05:03.000Z" }),
        ],
        terminal: back,
      }),
      // Asked about the terminal alone.
      exampleFile({
        payment: null,
        timeline: [],
        arrivals: [],
        terminal: gone,
        complaint: { text: "机器没有声音", locale: "zh", symptoms: ["arrivalUnheard"] },
      }),
    ],
    misses: [exampleFile(), exampleFile({ arrivals: [silentArrival()] })],
  },
} satisfies Cause;
