// A circuit breaker as a value: what happened goes in, the next state comes out. No clock, no network.
import { addSeconds } from "../../../kernel/time.ts";
import type { CircuitRules } from "../limits.ts";

/** What one call tells of a gateway: it gave a clear answer, whatever the answer was, or nobody knows what it did. */
export type Sign = "answer" | "failure";

/** Calls of one piece of the window. */
type Piece = Readonly<{ from: Date; answers: number; failures: number }>;

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
export function observe(circuit: Circuit, sign: Sign, at: Date, rules: CircuitRules): Circuit {
  const pieces = counted(recent(circuit.pieces, at, rules), sign, at, rules);
  if (circuit.state !== "closed") return { ...circuit, pieces };
  const { answers, failures } = totals(pieces);
  const calls = answers + failures;
  const opens = calls >= rules.callsMin && failures * 100 >= calls * rules.failurePercentMin;
  if (!opens || sign === "answer") return { ...circuit, pieces };
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
  sign: Sign,
  at: Date,
  { pieceSeconds }: CircuitRules,
): readonly Piece[] {
  const last = pieces.at(-1);
  const one = { answers: sign === "answer" ? 1 : 0, failures: sign === "failure" ? 1 : 0 };
  if (last === undefined || at >= addSeconds(last.from, pieceSeconds))
    return [...pieces, { from: at, ...one }];
  const same = { ...last, answers: last.answers + one.answers, failures: last.failures + one.failures };
  return [...pieces.slice(0, -1), same];
}

function totals(pieces: readonly Piece[]): Readonly<{ answers: number; failures: number }> {
  return pieces.reduce(
    (sum, piece) => ({ answers: sum.answers + piece.answers, failures: sum.failures + piece.failures }),
    { answers: 0, failures: 0 },
  );
}
