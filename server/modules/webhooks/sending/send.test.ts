import assert from "node:assert/strict";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { addSeconds } from "../../../kernel/time.ts";
import { createClock } from "../../../platform/clock.ts";
import { receiver, selfSigned, type Answering, type Receiver } from "../testing.ts";
import type { Address } from "./names.ts";
import { sendMessage, type SendDeps } from "./send.ts";
import { secretOf, signatureHeaders } from "./signature.ts";

const local: Address = { address: "127.0.0.1", family: 4 };
const deps: SendDeps = { allowedHosts: [], attemptMsMax: 2_000, answerBytesMax: 1_024 };
const trusting = ({ port }: Receiver): SendDeps => ({ ...deps, allowedHosts: [`127.0.0.1:${port}`] });
const send = (own: SendDeps, url: string) => sendMessage(own, { url, headers: { "x-own": "1" }, body: "{}" });

test("a message arrives once, as it was written, and 2xx is delivered whatever the body says", async () => {
  await using shop = await receiver();
  shop.answer = (_, response) => response.writeHead(204).end();
  const result = await send(trusting(shop), `${shop.url}/hook?a=1`);
  assert.deepEqual(result, { status: 204, problem: null, answer: null });
  const [got] = shop.received;
  assert.deepEqual(
    [shop.received.length, got?.method, got?.path, got?.body, got?.headers["x-own"]],
    [1, "POST", "/hook?a=1", "{}", "1"],
  );
});

const answers: ReadonlyArray<readonly [string, Answering, Awaited<ReturnType<typeof send>>]> = [
  [
    "an error is a failure with its words",
    (_, response) => response.writeHead(500).end("oops"),
    { status: 500, problem: "answered", answer: "oops" },
  ],
  [
    "gone is gone",
    (_, response) => response.writeHead(410).end(),
    { status: 410, problem: "gone", answer: null },
  ],
  [
    "of a long answer only its start is kept, without secrets and long numbers",
    (_, response) => response.writeHead(400).end(`whsec_abcdefgh 13800138000\r\n${"x".repeat(100_000)}`),
    { status: 400, problem: "answered", answer: `whsec_… 13…00 ${"x".repeat(996)}` },
  ],
  [
    "a body that never ends does not undo a status that came",
    (_, response) => void response.writeHead(200).write("begun"),
    { status: 200, problem: null, answer: "begun" },
  ],
  [
    "whoever does not answer in time has not answered",
    () => undefined,
    { status: null, problem: "timedOut", answer: null },
  ],
  [
    "whoever hangs up has not answered",
    (_, response) => void response.destroy(),
    { status: null, problem: "unreachable", answer: null },
  ],
  [
    "whoever wants another protocol instead of answering has answered something else than 2xx",
    (_, { socket }) => {
      socket?.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n");
    },
    { status: 101, problem: "answered", answer: null },
  ],
];

for (const [name, answer, expected] of answers)
  test(name, async () => {
    await using shop = await receiver();
    shop.answer = answer;
    assert.deepEqual(await send({ ...trusting(shop), attemptMsMax: 700 }, shop.url), expected);
  });

test("a redirect is not followed, wherever it leads", async () => {
  await using inside = await receiver();
  await using shop = await receiver();
  shop.answer = (_, response) => response.writeHead(307, { location: `${inside.url}/admin` }).end();
  const result = await send({ ...trusting(shop), allowedHosts: ["127.0.0.1"] }, shop.url);
  assert.deepEqual([result.status, result.problem, inside.connections], [307, "redirected", 0]);
});

test("nothing private is connected to: not by number, not in other spellings, not behind a name", async () => {
  await using inside = await receiver();
  const { port } = inside;
  const urls = [
    "127.0.0.1",
    "2130706433",
    "0177.1",
    "0x7f.1",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "localhost",
  ].map((host) => `https://${host}:${port}/`);
  for (const url of [...urls, `http://127.0.0.1:${port}/`])
    assert.equal((await send(deps, url)).problem, "addressRefused", url);
  const behind: ReadonlyArray<readonly Address[]> = [
    [local],
    [{ address: "::ffff:127.0.0.1", family: 6 }],
    [{ address: "169.254.169.254", family: 4 }],
    [{ address: "1.1.1.1", family: 4 }, local],
  ];
  for (const addresses of behind) {
    const own: SendDeps = { ...deps, resolve: async () => addresses };
    assert.equal((await send(own, `https://shop.example:${port}/`)).problem, "addressRefused");
  }
  assert.equal(inside.connections, 0);
});

test("a name is resolved once: what it would say the second time reaches nobody", async () => {
  await using inside = await receiver();
  let asked = 0;
  const resolve = async (): Promise<readonly Address[]> =>
    (asked += 1) === 1 ? [{ address: "1.1.1.1", family: 4 }] : [local];
  const result = await send(
    { ...deps, resolve, attemptMsMax: 500 },
    `https://rebind.example:${inside.port}/`,
  );
  assert.deepEqual([result.status, asked, inside.connections], [null, 1, 0]);
});

test("the connection goes to the address that was judged, with the name in Host and in TLS", async () => {
  const certificate = selfSigned("shop.example");
  await using shop = await receiver(certificate);
  const own: SendDeps = {
    ...deps,
    allowedHosts: [`shop.example:${shop.port}`],
    resolve: async () => [local],
    certificateAuthorities: certificate.cert,
  };
  const url = `https://shop.example:${shop.port}/hook`;
  assert.equal((await send(own, url)).status, 200);
  const [got] = shop.received;
  assert.deepEqual([got?.headers["host"], got?.serverName], [`shop.example:${shop.port}`, "shop.example"]);
  const { certificateAuthorities: _, ...untrusting } = own;
  assert.equal((await send(untrusting, url)).problem, "certificateRefused");
  const other = { ...own, allowedHosts: ["other.example"] };
  assert.equal((await send(other, `https://other.example:${shop.port}/`)).problem, "certificateRefused");
  assert.equal(shop.received.length, 1);
});

test("a name that does not exist, and one whose answer never comes, are failures with names", async () => {
  const missing = Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
  const never = { ...deps, attemptMsMax: 200, resolve: () => new Promise<never>(() => undefined) };
  assert.equal(
    (await send({ ...deps, resolve: () => Promise.reject(missing) }, "https://no.example/")).problem,
    "nameNotFound",
  );
  assert.equal(
    (await send({ ...deps, resolve: async () => [] }, "https://no.example/")).problem,
    "nameNotFound",
  );
  // Something real keeps the process waiting, as a server would.
  await using _shop = await receiver();
  assert.equal((await send(never, "https://slow.example/")).problem, "timedOut");
});

test("an independent verifier accepts a signature by either secret, and nothing that was changed", () => {
  const [current, previous] = [secretOf(new Uint8Array(32).fill(7)), secretOf(new Uint8Array(32).fill(9))];
  const now = createClock().now();
  const body = JSON.stringify({ type: "payment.succeeded", data: { subject: "两杯拿铁" } });
  const message = { id: "wev_1", at: now, body };
  const headers = signatureHeaders(message, [current, previous]);
  for (const secret of [current, previous])
    assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
  const stranger = secretOf(new Uint8Array(32).fill(1));
  const old = signatureHeaders({ ...message, at: addSeconds(now, -600) }, [current]);
  assert.throws(() => new Webhook(stranger).verify(body, headers));
  assert.throws(() => new Webhook(current).verify(body.replace("两", "三"), headers));
  assert.throws(() => new Webhook(current).verify(body, { ...headers, "webhook-id": "wev_2" }));
  assert.throws(() => new Webhook(current).verify(body, old));
});
