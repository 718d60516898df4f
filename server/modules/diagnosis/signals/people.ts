// What people said: the complaint, and answers to our questions. Believed, but never as much as a machine.
import type { Localized } from "@huiyin/contract/words.ts";
import type { CaseFile, Observation, Signal, Symptom } from "../model.ts";
import { yes } from "./reading.ts";

function answered(questionId: string, optionId: string, fact: Localized): Signal["read"] {
  return (file: CaseFile): Observation | null => {
    const answer = file.answers.findLast((candidate) => candidate.questionId === questionId);
    return answer?.optionId === optionId ? yes(answer.at, fact.zh, fact.en) : null;
  };
}

function complained(symptom: Symptom, fact: Localized): Signal["read"] {
  return (file) => (file.complaint?.symptoms.includes(symptom) ? yes(file.builtAt, fact.zh, fact.en) : null);
}

const heard = (zh: string, en: string): Localized => ({ zh, en });

export const peopleSignals: Readonly<Record<string, Signal>> = {
  phoneSaysCreditShort: {
    evidence: "E33",
    witness: "people",
    read: answered(
      "phoneMessage",
      "creditShort",
      heard("顾客手机提示花呗额度不足", "The customer’s phone says the Huabei credit does not suffice"),
    ),
    leak: 0.03,
    outside: 0.03,
  },
  phoneSaysRestricted: {
    evidence: "E33",
    witness: "people",
    read: answered(
      "phoneMessage",
      "huabeiRestricted",
      heard("顾客手机提示花呗被限制或未开通", "The customer’s phone says Huabei is restricted or not open"),
    ),
    leak: 0.03,
    outside: 0.03,
  },
  phoneSaysShopUnsupported: {
    evidence: "E33",
    witness: "people",
    read: answered(
      "phoneMessage",
      "shopUnsupported",
      heard("顾客手机提示该商户不支持花呗", "The customer’s phone says this shop does not support Huabei"),
    ),
    leak: 0.03,
    outside: 0.03,
  },
  phoneSaysOther: {
    evidence: "E33",
    witness: "people",
    read: answered(
      "phoneMessage",
      "notHuabei",
      heard("顾客说没有选花呗付款", "The customer says that Huabei had not been chosen"),
    ),
    leak: 0.1,
    outside: 0.5,
  },
  complainsOfHuabei: {
    evidence: "E33",
    witness: "people",
    read: complained(
      "huabeiFails",
      heard("来询问的人说花呗付不了", "Whoever asks says that Huabei cannot be used"),
    ),
    leak: 0.05,
    outside: 0.3,
  },
  complainsOfSilence: {
    evidence: "E33",
    witness: "people",
    read: complained(
      "arrivalUnheard",
      heard("来询问的人说没有听到到账播报", "Whoever asks says that no announcement was heard"),
    ),
    leak: 0.05,
    outside: 0.3,
  },
  complainsOfNetwork: {
    evidence: "E33",
    witness: "people",
    read: complained(
      "terminalOffline",
      heard("来询问的人说终端连不上网", "Whoever asks says that the terminal has no network"),
    ),
    leak: 0.05,
    outside: 0.3,
  },
  complainsOfMoney: {
    evidence: "E33",
    witness: "people",
    read: complained(
      "moneyGone",
      heard("来询问的人问钱去了哪里", "Whoever asks wants to know where the money went"),
    ),
    leak: 0.05,
    outside: 0.3,
  },
  screenSaysSilent: {
    evidence: "E33",
    witness: "people",
    read: answered(
      "terminalScreen",
      "soundOff",
      heard("收银员看到终端静音或音量为 0", "The cashier sees that the terminal is muted or its volume is 0"),
    ),
    leak: 0.03,
    outside: 0.03,
  },
  screenSaysBatteryLow: {
    evidence: "E33",
    witness: "people",
    read: answered(
      "terminalScreen",
      "batteryLow",
      heard(
        "收银员看到终端提示电量不足，或屏幕已经熄灭",
        "The cashier sees that the terminal warns of a low battery, or that its screen is dark",
      ),
    ),
    leak: 0.03,
    outside: 0.03,
  },
  screenSaysBroken: {
    evidence: "E33",
    witness: "people",
    read: answered(
      "terminalScreen",
      "noSound",
      heard(
        "收银员看到音量是开着的，但终端完全没有声音",
        "The cashier sees the volume up, and yet the terminal makes no sound at all",
      ),
    ),
    leak: 0.03,
    outside: 0.03,
  },
};
