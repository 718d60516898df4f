// Client certificates over real TLS: a server that lets nobody in without one.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { before, test } from "node:test";
import { getCACertificates, setDefaultCACertificates, type TLSSocket } from "node:tls";
import forge from "node-forge";
import { limits } from "./limits.ts";
import { accidents, type Answer } from "./testing/accidents.ts";
import { ReplyTooLargeError, sendOnce } from "./transport.ts";

type Identity = Readonly<{ certificatePem: string; privateKeyPem: string }>;

const year = 365 * 86_400_000;

/** A certificate for this name, by this issuer or by itself. */
function identity(name: string, issuer: Identity | null): Identity {
  const keys = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const privateKeyPem = keys.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(
    keys.publicKey.export({ type: "spki", format: "pem" }).toString(),
  );
  certificate.serialNumber = Buffer.from(name).toString("hex").slice(0, 16);
  certificate.validity.notBefore = new Date(Date.now() - year);
  certificate.validity.notAfter = new Date(Date.now() + year);
  certificate.setSubject([{ name: "commonName", value: name }]);
  const issuing = issuer === null ? null : forge.pki.certificateFromPem(issuer.certificatePem);
  certificate.setIssuer(issuing?.subject.attributes ?? [{ name: "commonName", value: name }]);
  certificate.setExtensions([
    { name: "basicConstraints", cA: issuer === null },
    { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
  ]);
  certificate.sign(
    forge.pki.privateKeyFromPem(issuer?.privateKeyPem ?? privateKeyPem),
    forge.md.sha256.create(),
  );
  return { certificatePem: forge.pki.certificateToPem(certificate), privateKeyPem };
}

const authority = identity("authority", null);
const server = identity("localhost", authority);
const merchant = identity("merchant 1900000109", authority);
const stranger = identity("stranger", null);

before(() => setDefaultCACertificates([...getCACertificates("default"), authority.certificatePem]));

async function strictServer(answer: Answer) {
  const seen: Array<Readonly<{ subject: string; method: string; body: string; type: string }>> = [];
  const options = { cert: server.certificatePem, key: server.privateKeyPem, ca: authority.certificatePem };
  const listening = createServer(
    { ...options, requestCert: true, rejectUnauthorized: true },
    (incoming, response) => {
      let body = "";
      incoming.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      incoming.on("end", () => {
        const { subject } = (incoming.socket as TLSSocket).getPeerCertificate();
        const type = incoming.headers["content-type"] ?? "";
        seen.push({ subject: String(subject.CN), method: incoming.method ?? "", body, type });
        answer(response, incoming);
      });
    },
  );
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  const { port } = listening.address() as AddressInfo;
  const dispose = async (): Promise<void> => {
    listening.closeAllConnections();
    await new Promise((resolve) => listening.close(resolve));
  };
  return { url: `https://localhost:${port}/secapi/pay/reverse`, seen, [Symbol.asyncDispose]: dispose };
}

const request = { headers: { "content-type": "text/xml" }, body: "<a>回音</a>", timeoutMs: 5_000 };

test("a certificate is shown to the server that demands it, and the answer comes back byte by byte", async () => {
  await using channel = await strictServer((response) =>
    response.writeHead(201, { "x-trace": "1", "set-cookie": ["a=1", "b=2"] }).end(Buffer.from("c4e3", "hex")),
  );
  const reply = await sendOnce({ ...request, url: channel.url, clientCertificate: merchant });
  assert.deepEqual(
    [
      reply.status,
      reply.headers["x-trace"],
      reply.headers["set-cookie"],
      Buffer.from(reply.body).toString("hex"),
    ],
    [201, "1", "a=1, b=2", "c4e3"],
  );
  assert.deepEqual(channel.seen, [
    { subject: "merchant 1900000109", method: "POST", body: "<a>回音</a>", type: "text/xml" },
  ]);
  await sendOnce({ ...request, url: channel.url, method: "GET", clientCertificate: merchant });
  assert.deepEqual([channel.seen[1]?.method, channel.seen[1]?.body], ["GET", ""]);
});

test("without a certificate, and with a stranger’s, the server never sees the request", async () => {
  await using channel = await strictServer((response) => response.end("let in"));
  await assert.rejects(sendOnce({ ...request, url: channel.url }), TypeError);
  await assert.rejects(sendOnce({ ...request, url: channel.url, clientCertificate: stranger }), TypeError);
  assert.equal(channel.seen.length, 0);
});

test("a server that nobody vouches for is shown nothing", async () => {
  await using channel = await strictServer((response) => response.end("let in"));
  const url = channel.url.replace("localhost", "127.0.0.1");
  const failed = sendOnce({ ...request, url, clientCertificate: merchant });
  await assert.rejects(failed, (error: Error) => error instanceof TypeError && error.cause instanceof Error);
  assert.equal(channel.seen.length, 0);
});

for (const [what, answer, expected, timeoutMs] of accidents)
  test(`${what} is an error, and the request was sent once`, async () => {
    await using channel = await strictServer((response, incoming) => void answer(response, incoming));
    const failed = sendOnce({ ...request, url: channel.url, timeoutMs, clientCertificate: merchant });
    await assert.rejects(failed, expected);
    assert.equal(channel.seen.length, 1);
  });

test("a caller may wait for more than is usual, and for no more than it says", async () => {
  const bytes = limits.channelReplyBytesMax + 1;
  await using channel = await strictServer((response) => response.end(Buffer.alloc(bytes)));
  const sent = { ...request, url: channel.url, clientCertificate: merchant };
  assert.equal((await sendOnce({ ...sent, replyBytesMax: bytes })).body.length, bytes);
  await assert.rejects(sendOnce({ ...sent, replyBytesMax: bytes - 1 }), ReplyTooLargeError);
});

test("over the open network a certificate is never left unshown: the request is not sent", async () => {
  const url = "http://example.com/secapi/pay/reverse";
  await assert.rejects(sendOnce({ ...request, url, clientCertificate: merchant }), /over TLS only/);
});
