// Every limit of terminals, with its unit in its name.

export const terminalLimits = {
  /** How far the time inside a signature may be from ours, either way. */
  signatureToleranceSeconds: 300,
  /** A nonce is kept until a signature that carries it would be too old, whichever way its clock was off. */
  nonceKeepSeconds: 660,
  noncesPrunedMax: 5_000,
  pruneIntervalMs: 30_000,
  /** Public keys kept in parsed form. */
  parsedKeysMax: 20_000,

  activationCodeMinutes: 15,
  /** Random bytes of an activation code: 40 bits, eight characters. */
  activationCodeBytes: 5,
  /** Wrong activation codes from one address within the window, before it has to wait. */
  activationFailuresMax: 10,
  activationWindowSeconds: 60,
  activationAddressesMax: 10_000,

  /** Wrong manager's codes in a row before the store is locked; the table's CHECK repeats it. */
  managerCodeFailuresMax: 5,
  managerCodeLockMinutes: 15,

  /** A process vouches for its sessions for this long, and renews well before. */
  sessionLeaseSeconds: 60,
  leaseRenewMs: 20_000,
  sessionDetailLengthMax: 200,

  telemetrySeconds: 30,
  telemetryKeepDays: 7,
  telemetryPrunedMax: 5_000,
  telemetryHistoryMax: 100,
  sessionHistoryMax: 100,
  /** Problems named in one rejection of a message. */
  rejectionProblemsMax: 10,
  /** A terminal that sends nonsense is told so at most this often. */
  rejectionIntervalMs: 1_000,
} as const;
