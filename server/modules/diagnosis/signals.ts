// Every signal by its name: pure functions that read facts out of a case file. A cause speaks of nothing else.
import { assert } from "../../kernel/assert.ts";
import type { CaseFile, Observation, Signal } from "./model.ts";
import { arrivalSignals } from "./signals/arrival.ts";
import { attemptSignals } from "./signals/attempt.ts";
import { channelSignals } from "./signals/channel.ts";
import { huabeiSignals } from "./signals/huabei.ts";
import { peopleSignals } from "./signals/people.ts";

/** In the order in which facts are told: comparison with others first, it separates best. */
export const signals: ReadonlyMap<string, Signal> = new Map([
  ...Object.entries(huabeiSignals),
  ...Object.entries(channelSignals),
  ...Object.entries(arrivalSignals),
  ...Object.entries(attemptSignals),
  ...Object.entries(peopleSignals),
]);

export function signalOf(name: string): Signal {
  const signal = signals.get(name);
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
