// Every kind of trouble that the simulation makes. Each is counted where it takes effect, not where it is planned; what
// happens at a network is counted for that network, because what one of them survives another need not.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { assert } from "@huiyin/server/kernel/assert.ts";

/** What is the same whatever the network. */
const worldFaults = [
  // The process.
  "crashBeforeCall",
  "crashAfterCall",
  "crashBeforeCommit",
  "crashAfterCommit",
  "resolverTwiceAtOnce",
  "clockJump",
  "clockSkew",
  "longOutage",
  // Terminals and the broker.
  "brokerMessageLost",
  "brokerMessageDoubled",
  "terminalOffline",
  "terminalCrashSpeaking",
] as const;
export type WorldFault = (typeof worldFaults)[number];

/** What every network has to be met with. */
const commonFaults = [
  // Both ways to pay: not trouble, but what all of it is tried on.
  "paidByPayerCode",
  "paidByShownCode",
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
  "systemError",
  // Callbacks.
  "callbackLost",
  "callbackDoubled",
  "callbackLate",
  "callbackForged",
  "callbackWrongAmount",
  // People who pay.
  "declined",
  "passwordEntered",
  "passwordNeverEntered",
  "passwordEnteredLate",
  "paidAfterCloseAttempt",
  "lateSuccess",
  // People who scan what the shop shows.
  "codeScannedLate",
  "codeScannedInLastSecond",
  "codeScannedAfterExpiry",
  "codeScannedTwice",
  "codeNeverScanned",
  "codeWithdrawn",
  "codePaidWhileWithdrawn",
  // People at the counter.
  "doubleTap",
  "replay",
  "keyWithOtherBody",
  "secondScanOfOneCode",
  "clientGone",
  "reviewDecided",
  // Money that goes back.
  "refundInParts",
  "refundsAtOnce",
  "refundReplay",
  "refundKeyWithOtherBody",
  "refundTooMuch",
  "refundReplyLost",
  "reversalOfPaid",
  "reversalWhileUnclear",
] as const;

/** What only some networks can do, each to those that can. */
const ownFaults = {
  alipay: [
    // Consumer credit is Alipay’s own.
    "huabeiOff",
    "instalments",
    "refundBalanceShort",
  ],
  wechat: [
    "refundBalanceShort",
    // Documented of these two alone: an error in answer to what was carried out, and a bank that fails behind the network.
    "faultAfterEffect",
    "bankError",
    // Refunds that are taken over first, and may not arrive.
    "refundStuck",
    "stuckRefundDecided",
    // Platform certificates that end, and probes that must be refused.
    "keyRotation",
    "signatureProbe",
  ],
  unionpay: [
    "faultAfterEffect",
    "bankError",
    // Words of UnionPay alone: A6, 42, and its own certificate, which comes with every answer.
    "defectiveSuccess",
    "paidTooLate",
    "certificateExpired",
    // Voids: asked for at all, carried out, met by trouble on the way, and followed by a refund where the day was over.
    "voidAsked",
    "voidDone",
    "voidUnclear",
    "voidBecameRefund",
    // “refundBalanceShort” is missing: UnionPay documents no code for it.
  ],
} as const satisfies Readonly<Record<ChannelCode, readonly string[]>>;

export type ChannelFault = (typeof commonFaults)[number] | (typeof ownFaults)[ChannelCode][number];
export type FaultKind = WorldFault | `${ChannelCode} ${ChannelFault}`;

/** What each network is to be met with. */
export const faultsOf: Readonly<Record<ChannelCode, readonly ChannelFault[]>> = {
  alipay: [...commonFaults, ...ownFaults.alipay],
  wechat: [...commonFaults, ...ownFaults.wechat],
  unionpay: [...commonFaults, ...ownFaults.unionpay],
};
const channels = Object.keys(faultsOf) as ChannelCode[];

export const faultKinds: readonly FaultKind[] = [
  ...worldFaults,
  ...channels.flatMap((channel) => faultsOf[channel].map((fault): FaultKind => `${channel} ${fault}`)),
];

export type Faults = Readonly<{
  count(kind: WorldFault): void;
  countAt(channel: ChannelCode, fault: ChannelFault): void;
  met(): Readonly<Record<FaultKind, number>>;
  missing(): readonly FaultKind[];
}>;

export function createFaults(): Faults {
  const counts = new Map<FaultKind, number>(faultKinds.map((kind) => [kind, 0]));
  const add = (kind: FaultKind): void => {
    const count = counts.get(kind);
    assert(count !== undefined, `“${kind}” is no fault that can happen`);
    counts.set(kind, count + 1);
  };
  return {
    count: add,
    countAt: (channel, fault) => add(`${channel} ${fault}`),
    met: () => Object.fromEntries(counts) as Record<FaultKind, number>,
    missing: () => faultKinds.filter((kind) => counts.get(kind) === 0),
  };
}
