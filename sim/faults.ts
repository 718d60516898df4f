// Every kind of trouble that the simulation makes. Each is counted where it takes effect, not where it is planned.

export const faultKinds = [
  // On the way to the channel and back.
  "requestLost",
  "replyLostBeforeEffect",
  "replyLostAfterEffect",
  "requestAfterCancel",
  "slow",
  "serverError",
  "wrongSignature",
  "channelSilent",
  "maintenance",
  // Callbacks.
  "callbackLost",
  "callbackDoubled",
  "callbackLate",
  "callbackForged",
  "callbackWrongAmount",
  // People who pay.
  "declined",
  "huabeiOff",
  "passwordEntered",
  "passwordNeverEntered",
  "passwordEnteredLate",
  "paidAfterCloseAttempt",
  "lateSuccess",
  // The process.
  "crashBeforeCall",
  "crashAfterCall",
  "crashBeforeCommit",
  "crashAfterCommit",
  "resolverTwiceAtOnce",
  "clockJump",
  "clockSkew",
  // Terminals and the broker.
  "brokerMessageLost",
  "brokerMessageDoubled",
  "terminalOffline",
  "terminalCrashSpeaking",
  // People at the counter.
  "doubleTap",
  "replay",
  "keyWithOtherBody",
  "secondScanOfOneCode",
  "clientGone",
  "reviewDecided",
  "instalments",
  // Money that goes back.
  "refundInParts",
  "refundsAtOnce",
  "refundReplay",
  "refundKeyWithOtherBody",
  "refundTooMuch",
  "refundReplyLost",
  "refundBalanceShort",
  "reversalOfPaid",
  "reversalWhileUnclear",
] as const;
export type FaultKind = (typeof faultKinds)[number];

export type Faults = Readonly<{
  count(kind: FaultKind): void;
  met(): Readonly<Record<FaultKind, number>>;
  missing(): readonly FaultKind[];
}>;

export function createFaults(): Faults {
  const counts = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  return {
    count: (kind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1),
    met: () => Object.fromEntries(counts) as Record<FaultKind, number>,
    missing: () => faultKinds.filter((kind) => counts.get(kind) === 0),
  };
}
