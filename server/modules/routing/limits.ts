// Limits of routing and of the circuit breakers, with their units: what opens one and what closes it is data.

export const routingLimits = {
  rulesMax: 50,
  /** Windows announced by another process are known here so much later. */
  windowsStaleMsMax: 2_000,
  windowsMax: 100,
  /** Rules of so many merchants are kept in memory. */
  plansKeptMax: 10_000,
  /** How often open circuits are looked after: probed when due, told to other processes, learned from them. */
  circuitLoopMs: 1_000,
  /** So many circuits are kept; beyond that the ones that nobody used for longest go, the closed ones first. */
  circuitsMax: 10_000,
  /** An open circuit is probed with the accounts that asked for it last, so many of them: one that works is enough. */
  probersMax: 3,
  /** An account that is cut off by itself is forgotten so long after the last payment that wanted it. */
  askedForgottenSeconds: 3_600,
  /** Changes of circuits are learned of so long after they happened: a process may be late to tell, or be new. */
  learnBackSeconds: 300,
  /** Circuits read at once of what other processes told. */
  learnMax: 2_000,
} as const;

/** When the circuit of one account at a gateway opens and closes, for this account alone. All counts are of one method. */
export const circuitRules = {
  /** Calls older than this are forgotten. */
  windowSeconds: 60,
  /** The window is counted in pieces of this length. */
  pieceSeconds: 5,
  /** With fewer calls in the window nothing is concluded: one slow reply is no outage. */
  callsMin: 10,
  /** So many of a hundred calls without a clear answer open it. */
  failurePercentMin: 50,
  /** The first probe comes so long after it opened; after each one that fails the wait doubles, up to the maximum. */
  openSecondsMin: 15,
  openSecondsMax: 300,
  /** While it is half open the next probe follows after so long. */
  halfOpenSeconds: 5,
  /** So many good probes in a row close it. */
  probesToClose: 2,
  /** Accounts whose failures are told apart within a piece of the window. */
  voicesMax: 32,
  failuresOf: "anyAccount",
} as const;

/** When the circuit of a whole gateway does: where failures of several accounts make up the numbers above. */
export const sharedCircuitRules = { ...circuitRules, failuresOf: "severalAccounts" } as const;

export type CircuitRules = Readonly<
  Record<Exclude<keyof typeof circuitRules, "failuresOf">, number> & {
    failuresOf: "anyAccount" | "severalAccounts";
  }
>;
