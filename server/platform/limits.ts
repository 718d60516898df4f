// Every limit of the platform, with its unit in its name. Nothing waits, grows or repeats without one.

export const limits = {
  /** Waiting for a database connection: a new one, or a free one of the pool. */
  databaseConnectMsMax: 5_000,
  databaseStatementMsMax: 30_000,
  databaseLockMsMax: 10_000,
  databaseIdleInTransactionMsMax: 60_000,
  databaseConnectionIdleMsMax: 60_000,
  databasePoolSizeDefault: 10,
  databaseOwnerPoolSize: 2,
  /** Statements that each connection keeps prepared; what comes after them is planned every time. */
  databasePreparedMax: 500,
  /** A listener that lost its connection tries again after this pause, and each time after twice as long. */
  listenRetryMsMin: 100,
  listenRetryMsMax: 5_000,
  /** Another process may be migrating at this moment; its files are short. */
  migrationLockMsMax: 120_000,

  /** HTTP, WebSockets of terminals among them; some 20 KB each. */
  connectionsMax: 8_192,
  /** So many more are let in to be told that there are too many. */
  connectionsToldMax: 256,
  requestBodyBytesMax: 65_536,
  callbackBodyBytesMax: 65_536,
  requestMsMax: 30_000,
  requestHeadersMsMax: 10_000,
  keepAliveMs: 65_000,
  requestIdLengthMax: 64,
  urlLengthMax: 4_096,
  formFieldsMax: 100,
  jsonDepthMax: 20,
  validationErrorsMax: 20,
  /** A stop takes at most this; the rest of ten seconds is the database’s own. */
  stopMsMax: 9_000,
  /** Of it: from here on who still waits for an outcome is told what is known. */
  stopWaitsMsMax: 5_000,
  /** Of it: connections that still have no answer are cut. */
  drainMsMax: 7_000,
  readinessCheckMsMax: 2_000,
  retryAfterSecondsDefault: 2,

  /** A request for a payment is refused where it would wait longer than this for the database, twice in its life. */
  admissionWaitMsMax: 2_000,
  /** Nothing of what waits has moved for so long: no more is let in until something does. */
  admissionStandstillMsMax: 5_000,
  /** So many may wait however slow the database is: half a batch. */
  admissionAlways: 128,
  /** What is assumed of the database until it was measured under load. */
  admissionPerSecondAtFirst: 500,
  /** The pace is measured over spans of at least this. */
  admissionWindowMs: 500,
  /** Requests for payments whose work has not ended, most of them waiting for a channel; from half of it by shares. */
  admissionHeldMax: 4_096,
  admissionRetrySecondsMax: 10,

  channelReplyBytesMax: 1_048_576,

  batchSizeMax: 256,
  /** A batch beside a running one halves the company of both, and what a batch costs is paid twice: only for a slow one. */
  batchWaitMsMax: 25,
  /** Turns of the event loop before a batch starts: under load each brings company, otherwise all take some 0.1 ms. */
  batchGatherTurns: 8,
  batchesInFlightMax: 4,

  jobDrainMsMax: 10_000,
  jobPoolSize: 4,
  /** Notifications wake workers at once; polling finds what a notification missed. */
  jobPollSeconds: 2,
  loopStopMsMax: 10_000,

  /** How long a key is believed without being looked up again: so long may it outlive its revocation by another process. */
  rememberedKeyMs: 1_000,
  rememberedKeysMax: 10_000,
  sessionSlidingHours: 12,
  /** However much a session is used, it ends after this. */
  sessionHoursMax: 168,
  /** A session is extended when this much would be gained: one write now and then instead of one a request. */
  sessionExtendMinutes: 5,
  signInLinkMinutes: 15,
  /** Failed sign-ins from one address within the window, before it has to wait. */
  signInFailuresMax: 10,
  signInWindowSeconds: 60,
  signInAddressesMax: 10_000,
} as const;
