// How a channel reaches its gateway: one request, one raw reply.

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
