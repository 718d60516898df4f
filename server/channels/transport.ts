// How a channel reaches its gateway: as whom, one request, one raw reply, and the words in it.

/** The account of one merchant at one channel: identifiers, keys and addresses, already decrypted. */
export type ChannelAccount = Readonly<Record<string, string>>;

export type WireRequest = Readonly<{
  /** POST unless said otherwise. A GET carries no body. */
  method?: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
  /** How long the reply may be; absent means what is usual. A bill is longer. */
  replyBytesMax?: number;
  /** What the caller shows of itself while the connection is made, where the channel wants more than a signature. */
  clientCertificate?: Readonly<{ certificatePem: string; privateKeyPem: string }>;
}>;

/** Header names are lower case. The body is as it came: signatures and hashes are over bytes; `wireText` makes text of it. */
export type WireReply = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}>;

export type Transport = (request: WireRequest) => Promise<WireReply>;

/** Everything a channel needs from outside, handed in by the caller. */
export type ChannelIo = Readonly<{
  now: () => Date;
  /** Sends one HTTP request exactly once; resolves with the raw reply or rejects. Never follows redirects, never retries. */
  transport: Transport;
}>;

/** What the channel itself said, verbatim, before anybody interpreted it. */
export type ChannelWords = Readonly<{ code: string; message: string }>;
