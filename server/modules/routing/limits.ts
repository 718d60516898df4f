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
  /** Of gateways, methods and banks so many are watched: strangers cannot fill the memory. */
  circuitsMax: 2_000,
} as const;

/** When a circuit opens and closes. All counts are of one gateway, method and bank. */
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
} as const;
export type CircuitRules = { readonly [name in keyof typeof circuitRules]: number };
