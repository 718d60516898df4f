// From a case file to a finding: every explanation is weighed against every observation. Pure, so that any finding can
// be repeated. Explanations are single causes and pairs; their effects join by noisy-OR; refutations are absolute;
// what no cause explains is left to “outside of this model”.
import { diagnosisLimits as limits } from "./limits.ts";
import type { CaseFile, Cause, EvidenceFact, Finding, Observation, Question, RankedCause } from "./model.ts";
import { readSignals, signalOf } from "./signals.ts";
import { surenessOf } from "./sureness.ts";

/** The two explanations that stand alone: nothing is wrong, and nothing we know of. */
export const noFaultId = "C-X-12";
export const unknownId = "C-X-11";

export type EngineDeps = Readonly<{
  causes: readonly Cause[];
  questions: ReadonlyMap<string, Question>;
}>;

type Observations = ReadonlyMap<string, Observation>;
type Explanation = Readonly<{ causes: readonly Cause[]; weight: number }>;

/** Concludes from a case file. The same file and the same causes give the same finding. */
export function diagnose({ causes, questions }: EngineDeps, file: CaseFile): Finding {
  const deps = { causes: causes.filter((cause) => mayConcern(cause, file)), questions };
  const observations = readSignals(file);
  const ranked = ranking(deps.causes, observations);
  const alternatives = ranked.map(({ cause, probability }) => rankedCause(cause, probability, observations));
  const list = (firstId: string | null): RankedCause[] =>
    listed(alternatives, firstId, { causes: deps.causes, observations });

  const nameable = nameableOf(ranked, observations);
  const [top] = nameable;
  if (top?.cause.id === noFaultId)
    return { verdict: "noFault", causes: list(noFaultId), named: [], questionId: null };
  if (top) {
    const named = nameable.map(({ cause }) => cause.id).filter((id) => id !== noFaultId);
    return { verdict: "named", causes: list(top.cause.id), named, questionId: null };
  }
  const questionId = questionFor(deps, ranked, { file, observations });
  if (questionId !== null) return { verdict: "question", causes: list(null), named: [], questionId };
  return { verdict: "unknown", causes: list(unknownId), named: [], questionId: null };
}

/** A refusal before any payment may concern every network. */
function mayConcern({ channel }: Cause, { payment }: CaseFile): boolean {
  return channel === undefined || payment === null || payment.channel === channel;
}

type Candidate = Readonly<{ cause: Cause; probability: number }>;

/** Every cause with its probability, the most probable first. */
function ranking(causes: readonly Cause[], observations: Observations): Candidate[] {
  const probabilities = weigh(causes, observations);
  return causes
    .map((cause) => ({ cause, probability: probabilities.get(cause.id) ?? 0 }))
    .sort(
      (left, right) => right.probability - left.probability || left.cause.id.localeCompare(right.cause.id),
    );
}

/** Those that may be told as such: probable enough, with a fact that names them, and outranked by no other of them. */
function nameableOf(ranked: readonly Candidate[], observations: Observations): Candidate[] {
  return outranking(
    ranked.filter(
      ({ cause, probability }) => probability >= limits.nameProbabilityMin && mayBeNamed(cause, observations),
    ),
  );
}

/** Probability of each cause: the share of the weight of all explanations it takes part in. */
function weigh(causes: readonly Cause[], observations: Observations): ReadonlyMap<string, number> {
  const explanations = explanationsOf(causes).map((set) => ({
    causes: set,
    weight: weightOf(set, observations),
  }));
  const total = explanations.reduce((sum, explanation) => sum + explanation.weight, 0);
  const shares = new Map<string, number>();
  for (const { causes: set, weight } of explanations satisfies Explanation[]) {
    for (const cause of set) shares.set(cause.id, (shares.get(cause.id) ?? 0) + weight / total);
  }
  for (const [id, share] of shares) shares.set(id, Math.min(share, limits.probabilityMax));
  return shares;
}

/** Every cause by itself, and every two that can be at work together. */
function explanationsOf(causes: readonly Cause[]): Cause[][] {
  const sets = causes.map((cause) => [cause]);
  const joint = causes.filter((cause) => cause.id !== noFaultId && cause.id !== unknownId);
  joint.forEach((first, index) => {
    for (const second of joint.slice(index + 1)) sets.push([first, second]);
  });
  return sets;
}

function weightOf(set: readonly Cause[], observations: Observations): number {
  let weight = set.reduce(
    (product, cause) => product * cause.prior,
    set.length > 1 ? limits.jointPriorFactor : 1,
  );
  for (const [name, observation] of observations) {
    if (set.some((cause) => refutes(cause, name, observation))) return 0;
    const yes = chanceOfYes(set, name);
    weight *= observation.value === "yes" ? yes : 1 - yes;
  }
  return weight;
}

/** How likely the signal says yes with these causes at work: the loudest silencer wins, else each may raise it. */
function chanceOfYes(set: readonly Cause[], name: string): number {
  const { leak, outside } = signalOf(name);
  if (set.some((cause) => cause.id === unknownId)) return outside;
  const spoken = set.map((cause) => cause.likelihoods[name]).filter((chance) => chance !== undefined);
  const silencers = spoken.filter((chance) => chance < leak);
  if (silencers.length > 0) return Math.min(...silencers);
  return 1 - spoken.reduce((product, chance) => product * (1 - chance), 1 - leak);
}

function refutes(cause: Cause, name: string, observation: Observation): boolean {
  return cause.refutations.some(
    (refutation) => refutation.signal === name && refutation.value === observation.value,
  );
}

/** Nobody is named on probability alone: something seen has to speak for it. */
function mayBeNamed(cause: Cause, observations: Observations): boolean {
  return cause.neededToName.some(({ signal, value }) => observations.get(signal)?.value === value);
}

/** The nameable causes, most probable first, without those that another of them outranks. */
function outranking(nameable: readonly Candidate[]): Candidate[] {
  return nameable.filter(({ cause }) => !nameable.some((other) => other.cause.outranks.includes(cause.id)));
}

function rankedCause(cause: Cause, probability: number, observations: Observations): RankedCause {
  const because: Array<[number, EvidenceFact]> = [];
  const against: Array<[number, EvidenceFact]> = [];
  for (const [name, observation] of observations) {
    const strength = strengthOf(cause, name, observation);
    const { evidence } = signalOf(name);
    const fact = { signal: evidence, name, at: observation.at, fact: observation.fact };
    // The facts that it takes to name a cause are its proof, and are told first.
    const proof = cause.neededToName.some((needed) => needed.signal === name) ? limits.proofFirstNats : 0;
    if (strength > 0.1) because.push([strength + proof, fact]);
    if (strength < -0.1) against.push([-strength, fact]);
  }
  const facts = { because: strongest(because), against: strongest(against) };
  const sureness = surenessOf(cause, { probability, because: facts.because });
  return { id: cause.id, probability, sureness, ...facts };
}

/** Weight of evidence in nats: above zero speaks for the cause, below zero against it. */
function strengthOf(cause: Cause, name: string, observation: Observation): number {
  if (refutes(cause, name, observation)) return -Infinity;
  const chance = cause.likelihoods[name];
  if (chance === undefined) return 0;
  const { leak } = signalOf(name);
  // As in the noisy-OR above: the background may say yes as well.
  const yes = chance < leak ? chance : 1 - (1 - chance) * (1 - leak);
  return observation.value === "yes" ? Math.log(yes / leak) : Math.log((1 - yes) / (1 - leak));
}

function strongest(facts: ReadonlyArray<readonly [number, EvidenceFact]>): EvidenceFact[] {
  return facts
    .toSorted(([left], [right]) => right - left)
    .slice(0, limits.factsPerCauseMax)
    .map(([, fact]) => fact);
}

/**
 * What is shown: the chosen cause first, then the others worth mentioning, then those that would explain the trouble
 * but were ruled out, so that nobody has to wonder.
 */
function listed(
  ranked: readonly RankedCause[],
  firstId: string | null,
  { causes, observations }: Readonly<{ causes: readonly Cause[]; observations: Observations }>,
): RankedCause[] {
  const first = ranked.filter((cause) => cause.id === firstId);
  const rest = ranked.filter((cause) => cause.id !== firstId && cause.id !== unknownId);
  // Frequency alone is no reason to be mentioned.
  const probable = rest.filter(
    (cause) => cause.probability >= limits.listProbabilityMin && cause.because.length > 0,
  );
  const ruledOut = rest
    .filter((ranked) => ranked.because.length > 0 && ranked.id !== noFaultId)
    .map((ranked) => ({ ranked, cause: causes.find((candidate) => candidate.id === ranked.id) }))
    .filter(({ cause }) => cause !== undefined && isRuledOut(cause, observations))
    .map(({ ranked, cause }) => ({ ranked, strength: cause ? suspicionOf(cause, observations) : 0 }))
    .filter(({ strength }) => strength > limits.suspicionNatsMin)
    .toSorted((left, right) => right.strength - left.strength)
    .map(({ ranked }) => ranked);
  // Where nothing is wrong, nobody has to be cleared of it.
  const cleared = firstId === noFaultId ? [] : ruledOut.filter((cause) => !probable.includes(cause));
  return [...first, ...probable, ...cleared].slice(0, limits.listedCausesMax);
}

/** That the channel's code was another one rules out many a cause that nobody had thought of. */
function isRuledOut(cause: Cause, observations: Observations): boolean {
  return [...observations].some(
    ([name, observation]) =>
      refutes(cause, name, observation) &&
      (observation.value === "yes" || signalOf(name).witness !== "channelCode"),
  );
}

/** The cheapest question that a probable cause has, that nobody has answered, and whose answer could decide. */
function questionFor(
  deps: EngineDeps,
  ranked: readonly Candidate[],
  known: Readonly<{ file: CaseFile; observations: Observations }>,
): string | null {
  const answered = new Set(known.file.answers.map((answer) => answer.questionId));
  const suspected = ranked.filter(
    ({ cause, probability }) =>
      probability >= limits.askProbabilityMin && isSuspected(cause, known.observations),
  );
  const ids = new Set(suspected.flatMap(({ cause }) => cause.questions));
  const open = [...ids].filter((id) => !answered.has(id)).map((id) => deps.questions.get(id));
  return (
    open
      .filter((question) => question !== undefined)
      .toSorted((left, right) => left.cost - right.cost)
      .find((question) => couldDecide(deps, question, known.file))?.id ?? null
  );
}

/** Whether at least one answer would let a cause be named. A question that changes nothing is nobody's business. */
function couldDecide({ causes }: EngineDeps, question: Question, file: CaseFile): boolean {
  return question.options.some(({ id: optionId }) => {
    const answer = { questionId: question.id, optionId, at: file.builtAt, actor: "supposed" };
    const observations = readSignals({ ...file, answers: [...file.answers, answer] });
    return nameableOf(ranking(causes, observations), observations).length > 0;
  });
}

/** Whether something seen points to the cause, beyond its being frequent. */
function isSuspected(cause: Cause, observations: Observations): boolean {
  return suspicionOf(cause, observations) > limits.suspicionNatsMin;
}

/** The weight of the one fact that speaks most for the cause, in nats. */
function suspicionOf(cause: Cause, observations: Observations): number {
  return Math.max(
    ...[...observations].map(([name, observation]) => strengthOf(cause, name, observation)),
    -Infinity,
  );
}
