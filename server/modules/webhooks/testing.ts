// A receiver for tests: a real server on a real socket that remembers what came and answers as it is told.
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import forge from "node-forge";

export type Received = Readonly<{
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  serverName: string | null;
}>;

export type Answering = (request: Received, response: ServerResponse) => void;

export type Receiver = AsyncDisposable & {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Every connection, whether or not a request came over it. */
  connections: number;
  /** 200 with "ok" unless told otherwise. */
  answer: Answering;
};

export type Certificate = Readonly<{ key: string; cert: string }>;

/** Listens on a free port of this machine, with TLS where a certificate is given. */
export async function receiver(certificate?: Certificate): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = {
        ...{ method: request.method ?? "", path: request.url ?? "" },
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString(),
        serverName: (request.socket as Partial<TLSSocket>).servername || null,
      };
      received.push(one);
      own.answer(one, response);
    });
  };
  const server = certificate ? createHttpsServer(certificate, handle) : createHttpServer(handle);
  server.on("connection", (socket: Socket) => {
    own.connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const own: Receiver = {
    url: `${certificate ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    received,
    connections: 0,
    answer: (_, response) => void response.end("ok"),
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return own;
}

/** A certificate that only those trust who are given it. */
export function selfSigned(name: string): Certificate {
  const keys = forge.pki.rsa.generateKeyPair(2_048);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = "01";
  certificate.validity.notBefore = new Date("2020-01-01T00:00:00Z");
  certificate.validity.notAfter = new Date("2120-01-01T00:00:00Z");
  const subject = [{ name: "commonName", value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return {
    key: forge.pki.privateKeyToPem(keys.privateKey),
    cert: forge.pki.certificateToPem(certificate),
  };
}
