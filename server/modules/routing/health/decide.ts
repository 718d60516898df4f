// A circuit breaker as a value: what happened goes in, the next state comes out. No clock, no network.
import { addSeconds } from "../../../kernel/time.ts";
import type { CircuitRules } from "../limits.ts";

/** What one call tells of a gateway: it gave a clear answer, whatever the answer was, or nobody knows what it did. */
export type Sign = "answer" | "failure";

/** One call that ended: what it tells, and whose it was. */
export type Call = Readonly<{ sign: Sign; account: string }>;

/** Calls of one piece of the window. */
type Piece = Readonly<{
  from: Date;
  answers: number;
  /** Failures of each account, of at most `voicesMax`; further accounts count under one name. */
  failures: ReadonlyMap<string, number>;
}>;

export type Circuit = Readonly<{ since: Date; pieces: readonly Piece[] }> &
  (
    | Readonly<{ state: "closed" }>
    /** Nothing new is sent. */
    | Readonly<{ state: "open"; probeAt: Date; waitSeconds: number }>
    /** A probe was answered; the next ones decide. Still nothing new is sent. */
    | Readonly<{ state: "halfOpen"; probeAt: Date; waitSeconds: number; goodProbes: number }>
  );

export function closedCircuit(at: Date): Circuit {
  return { state: "closed", since: at, pieces: [] };
}

/** A call ended. Opens a closed circuit where too many of the window failed; an open one waits for its probes. */
export function observe(circuit: Circuit, call: Call, at: Date, rules: CircuitRules): Circuit {
  const pieces = counted(recent(circuit.pieces, at, rules), call, at, rules);
  if (circuit.state !== "closed") return { ...circuit, pieces };
  const { answers, failures } = weighed(pieces, rules);
  const calls = answers + failures;
  const opens = calls >= rules.callsMin && failures * 100 >= calls * rules.failurePercentMin;
  if (!opens || call.sign === "answer") return { ...circuit, pieces };
  const waitSeconds = rules.openSecondsMin;
  return { state: "open", since: at, pieces, waitSeconds, probeAt: addSeconds(at, waitSeconds) };
}

/** Whether a harmless question should be asked now. */
export function isProbeDue(circuit: Circuit, at: Date): boolean {
  return circuit.state !== "closed" && circuit.probeAt <= at;
}

/**
 * A probe ended. Enough good ones in a row close the circuit, with an empty window: what failed before the outage ended
 * must not open it again. A bad one makes the next wait twice as long.
 */
export function probed(circuit: Circuit, sign: Sign, at: Date, rules: CircuitRules): Circuit {
  if (circuit.state === "closed") return circuit;
  const { pieces, waitSeconds: waited } = circuit;
  if (sign === "failure") {
    const waitSeconds = Math.min(waited * 2, rules.openSecondsMax);
    const since = circuit.state === "open" ? circuit.since : at;
    return { state: "open", since, pieces, waitSeconds, probeAt: addSeconds(at, waitSeconds) };
  }
  const goodProbes = (circuit.state === "halfOpen" ? circuit.goodProbes : 0) + 1;
  if (goodProbes >= rules.probesToClose) return closedCircuit(at);
  const since = circuit.state === "halfOpen" ? circuit.since : at;
  const probeAt = addSeconds(at, rules.halfOpenSeconds);
  return { state: "halfOpen", since, pieces, waitSeconds: waited, goodProbes, probeAt };
}

/** Calls within the window at that moment. */
export function countsOf(
  circuit: Circuit,
  at: Date,
  rules: CircuitRules,
): Readonly<{ answers: number; failures: number }> {
  return totals(recent(circuit.pieces, at, rules));
}

function recent(pieces: readonly Piece[], at: Date, { windowSeconds }: CircuitRules): readonly Piece[] {
  const oldest = addSeconds(at, -windowSeconds);
  return pieces.filter(({ from }) => from > oldest);
}

function counted(
  pieces: readonly Piece[],
  { sign, account }: Call,
  at: Date,
  { pieceSeconds, voicesMax }: CircuitRules,
): readonly Piece[] {
  const last = pieces.at(-1);
  const fresh = last === undefined || at >= addSeconds(last.from, pieceSeconds);
  const piece: Piece = fresh ? { from: at, answers: 0, failures: new Map() } : last;
  const kept = fresh ? pieces : pieces.slice(0, -1);
  if (sign === "answer") return [...kept, { ...piece, answers: piece.answers + 1 }];
  const failures = new Map(piece.failures);
  const name = failures.has(account) || failures.size < voicesMax ? account : theOthers;
  failures.set(name, (failures.get(name) ?? 0) + 1);
  return [...kept, { ...piece, failures }];
}

/** Accounts beyond those that are told apart. No account has an empty name. */
const theOthers = "";

function totals(pieces: readonly Piece[]): Readonly<{ answers: number; failures: number }> {
  const failures = [...failuresByAccount(pieces).values()].reduce((sum, one) => sum + one, 0);
  return { answers: pieces.reduce((sum, piece) => sum + piece.answers, 0), failures };
}

/**
 * The counts that open a circuit. Where several accounts have to agree, the failures of the one that has most count no more
 * than those of all the others together: alone it convinces nobody, however often it fails.
 */
function weighed(
  pieces: readonly Piece[],
  { failuresOf }: CircuitRules,
): Readonly<{ answers: number; failures: number }> {
  const all = totals(pieces);
  if (failuresOf === "anyAccount") return all;
  const most = Math.max(0, ...failuresByAccount(pieces).values());
  const others = all.failures - most;
  return { answers: all.answers, failures: others + Math.min(most, others) };
}

function failuresByAccount(pieces: readonly Piece[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { failures } of pieces)
    for (const [account, count] of failures) sums.set(account, (sums.get(account) ?? 0) + count);
  return sums;
}
