// Every signal by its name: pure functions that read facts out of a case file. A cause speaks of nothing else.
import { assert } from "../../kernel/assert.ts";
import type { CaseFile, Observation, Signal } from "./model.ts";
import { arrivalSignals } from "./signals/arrival.ts";
import { attemptSignals } from "./signals/attempt.ts";
import { codeSignals } from "./signals/codes.ts";
import { creditSignals } from "./signals/credit.ts";
import { channelSignals } from "./signals/channel.ts";
import { huabeiSignals } from "./signals/huabei.ts";
import { peopleSignals } from "./signals/people.ts";

// Comparison with others first: it separates best, and facts are told in this order where they weigh the same.
const machineSignals: ReadonlyMap<string, Signal> = new Map([
  ...Object.entries(huabeiSignals),
  ...Object.entries(creditSignals),
  ...Object.entries(channelSignals),
  ...Object.entries(arrivalSignals),
  ...Object.entries(codeSignals),
  ...Object.entries(attemptSignals),
]);

const troubles = [
  "declined",
  "closedUnpaid",
  "chargeUnclear",
  "arrivalUnheard",
  "terminalOffline",
  "channelDown",
  "awaitingPayer",
  "givenBack",
  "refundShort",
  "requestRefused",
  "soundOff",
  "batteryLow",
];

/** What would have stopped a payment with Huabei is no trouble of one that went through. */
const obstacles = ["huabeiLiveClosed", "huabeiRecordClosed", "creditSwitchedOff"];

/** Whether any machine here saw anything go wrong. What people report counts by itself. */
const troubleSeen: Signal = {
  evidence: "E19",
  witness: "ownRecord",
  read: (file) => {
    const looked = file.payment?.state === "succeeded" ? troubles : [...troubles, ...obstacles];
    const found = looked.map((name) => signalIn(machineSignals, name).read(file));
    const trouble = found.find((observation) => observation?.value === "yes");
    if (trouble) return trouble;
    const fact = { zh: "各项记录中没有看到异常", en: "No record here shows anything wrong" };
    return { value: "no", at: file.builtAt, fact };
  },
  leak: 0.95,
  outside: 0.7,
};

export const signals: ReadonlyMap<string, Signal> = new Map([
  ...machineSignals,
  ["troubleSeen", troubleSeen],
  ...Object.entries(peopleSignals),
]);

export function signalOf(name: string): Signal {
  return signalIn(signals, name);
}

function signalIn(known: ReadonlyMap<string, Signal>, name: string): Signal {
  const signal = known.get(name);
  assert(signal !== undefined, `no signal is called ${name}`);
  return signal;
}

/** What every signal finds in a case file; signals that have nothing to go by are left out. */
export function readSignals(file: CaseFile): ReadonlyMap<string, Observation> {
  const found = new Map<string, Observation>();
  for (const [name, signal] of signals) {
    const observation = signal.read(file);
    if (observation !== null) found.set(name, observation);
  }
  return found;
}
