// Every limit of the message broker, with its unit in its name.

export const mqttLimits = {
  /** One MQTT packet, header included. The largest of ours is a summary of some hundred bytes. */
  packetBytesMax: 16_384,
  /** From the TCP connection to a complete CONNECT packet. */
  connectMsMax: 10_000,
  /** A client must promise to be heard at least this often; keepalive 0 (“never”) is refused. */
  keepAliveSecondsMax: 120,
  /** A client that does not read what it was sent is disconnected. */
  drainMsMax: 10_000,
  /** Messages of one session being handled or waiting for it; more ends the session. */
  inflightMessagesMax: 128,
  /** Packets that may arrive between CONNECT and its answer. */
  queuedBeforeConnectMax: 42,
  sessionsMax: 20_000,
  clientIdLengthMax: 64,
  credentialLengthMax: 512,
  topicLevelsMax: 8,
  /** Deliveries of messages to clients under way at the same time. */
  deliveriesMax: 1_000,
  /** With an external broker: a client of which nothing was heard for this long has no session any more. */
  sessionSilenceMsMax: 90_000,
  sessionSilenceCheckMs: 15_000,
  externalReconnectMs: 1_000,
  externalConnectMsMax: 10_000,
  externalKeepAliveSeconds: 30,
  stopMsMax: 5_000,
} as const;
