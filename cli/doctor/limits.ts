// What counts as too little, too late or too far, with its unit in its name.

export const limits = {
  diskFreeBytesMin: 1_073_741_824,
  /** The resolver asks every few seconds; what is due for so long is not being asked about at all. */
  resolverOverdueSeconds: 300,
  clockDifferenceSecondsMax: 5,
  /** A payment cannot have been made later than now, a little apart between machines. */
  storedAheadSecondsMax: 60,
  jobFailureHours: 24,
  connectMsMax: 3_000,
  evidenceMax: 5,
  nodeMajorMin: 24,
} as const;
