// Every wait and retry of the PostgreSQL supervisor, with a name.

export const limits = {
  /** How long a starting server may take to accept a connection, recovery after a crash included. */
  readyMsMax: 120_000,
  readyPollMs: 20,
  connectMsMax: 5_000,
  /** Another program may take the free port between our look and PostgreSQL's bind. */
  portAttemptsMax: 5,
  /** A fast shutdown writes a checkpoint; past this it is hurried, and past the next it is killed. */
  stopFastMsMax: 20_000,
  stopImmediateMsMax: 5_000,
  stopKillMsMax: 5_000,
  /** Backends that outlived a killed postmaster end by themselves when they notice; past this they are killed. */
  backendsMsMax: 3_000,
  /** The path of a socket with its end: 108 bytes on Linux, 104 on macOS. */
  socketPathBytesMax: 103,
  watchAdoptedMs: 1_000,
  logBytesMax: 8_000_000,
  logTailBytesMax: 4_000,
} as const;
