// The terminal's network comes and goes: the announcement fell into one of the gaps. Told apart from one plain outage,
// because a router that is restarted does not help against a weak signal.
import { exampleFile, exampleTerminal, silentArrival } from "../example.ts";
import type { Cause } from "../model.ts";
import { step } from "../steps.ts";

const at = (minute: number, second = 0): string =>
  `2026-11-22T03:${String(minute).padStart(2, "0")}:${String(second).padStart(2, "0")}.000Z`;
const flapping = [
  { from: at(10), to: at(22) },
  { from: at(23), to: at(31) },
  { from: at(33), to: at(45) },
  { from: at(47), to: at(52) },
  { from: at(54), to: at(59, 40) },
];

export default {
  id: "C-NET-01",
  names: { zh: "终端网络不稳定", en: "The terminal’s network is unstable" },
  actor: "network",
  texts: {
    payer: {
      zh: "您的付款已成功，商家的终端{probably}网络不稳定，播报晚了。请让商家查看收款记录，无需重复付款。",
      en: "Your payment went through; the network of the shop’s terminal is {probably} unstable and the announcement is late. Ask the shop to look at its records; do not pay again.",
    },
    merchant: {
      zh: "“{terminal}”的网络{probably}时断时续，所以 {what} 没有按时播报。请把终端移到信号好的地方，或换一个网络；恢复后会自动补播，不要重复收款。",
      en: "The network of {terminal} {probably} comes and goes, so {what} was not announced in time. Move it to a better signal or use another network; the announcement follows by itself. Do not charge again.",
    },
    operator: {
      zh: "终端“{terminal}”一小时内反复断线重连，播报落在断线的间隙里，原因{probably}是现场网络不稳定。建议检查信号、路由器或流量卡。",
      en: "{terminal} kept losing and regaining its connection within the hour, and the announcement fell into a gap: the network on site is {probably} unstable. Have signal, router and SIM checked.",
    },
  },
  prior: 0.06,
  likelihoods: {
    arrivalUnheard: 0.95,
    terminalReconnects: 0.95,
    terminalOffline: 0.7,
    arrivalNeverDelivered: 0.85,
    terminalOnlineThroughout: 0.05,
    allStagesComplete: 0.05,
    paid: 0.99,
    complainsOfSilence: 0.9,
    complainsOfNetwork: 0.9,
  },
  refutations: [
    { signal: "terminalReconnects", value: "no" },
    { signal: "terminalOnlineThroughout", value: "yes" },
  ],
  neededToName: [{ signal: "terminalReconnects", value: "yes" }],
  questions: [],
  remedies: [
    {
      id: "replayArrival",
      level: "R3",
      text: {
        zh: "终端恢复连接后自动补播一次",
        en: "Replay the announcement once the terminal is connected",
      },
      action: "replayArrival",
      roles: ["operator", "merchant", "terminal"],
    },
    step("betterSignal", "R1", {
      zh: "把终端移到信号更好的位置，或换一个 Wi-Fi、流量卡",
      en: "Move the terminal to a better signal, or use another Wi-Fi or SIM",
    }),
  ],
  tryNow: "moneyIsHere",
  outranks: ["C-NET-02"],
  examples: {
    hits: [
      exampleFile({
        arrivals: [silentArrival()],
        terminal: exampleTerminal({ online: "no", lastSeenAt: at(59, 40), sessions: flapping }),
      }),
    ],
    misses: [
      exampleFile(),
      // One outage is one outage.
      exampleFile({
        arrivals: [silentArrival()],
        terminal: exampleTerminal({ online: "no", sessions: flapping.slice(4) }),
      }),
      // It kept reconnecting, and this one was heard all the same.
      exampleFile({
        terminal: exampleTerminal({ sessions: [...flapping, { from: at(59, 50), to: null }] }),
      }),
    ],
  },
} satisfies Cause;
