// Who a terminal is and what it may do: activation, signed requests, MQTT sessions; replays refused, also after a restart.
import assert from "node:assert/strict";
import { once, type EventEmitter } from "node:events";
import { after, before, test } from "node:test";
import mqtt from "mqtt";
import { sql } from "kysely";
import type { Problem } from "@huiyin/contract/api/common.ts";
import type { Terminal, TelemetryHistory } from "@huiyin/contract/api/terminals.ts";
import { terminalTopic } from "@huiyin/contract/events/topics.ts";
import { mqttPassword, signRequest, type SignatureMoment } from "@huiyin/contract/signature.ts";
import { createDevice, signatureMoment, type Device } from "./device.ts";
import { openShop, operatorToken, until, type Bench, type Shop } from "./fixtures.ts";

let shop: Shop;
before(async () => {
  shop = await openShop();
});
after(() => shop.stop());

type Reply<Body = { code?: string }> = { status: number; body: Body; headers: Headers };

async function call<Body = { code?: string }>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply<Body>> {
  const reply = await fetch(`${shop.platform().url}${path}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: reply.status, body: (await reply.json()) as Body, headers: reply.headers };
}
const operator = { authorization: `Bearer ${operatorToken}` };

async function signed(
  bench: Pick<Bench, "device" | "terminalId">,
  path: string,
  moment: SignatureMoment = signatureMoment(shop.world.now()),
) {
  const request = { method: "GET", url: path, body: null, idempotencyKey: null };
  return signRequest(bench.device.keyFor(bench.terminalId), request, moment);
}

async function newTerminal(no: string): Promise<{ id: string; code: string }> {
  const wanted = {
    merchantId: shop.place.merchantId,
    storeId: shop.place.storeId,
    name: "收银台",
    no,
    kind: "cashier",
  };
  const created = await call<Terminal>("POST", "/v1/terminals", wanted, operator);
  assert.equal(created.status, 201);
  const code = await call<{ activationCode: string }>(
    "POST",
    `/v1/terminals/${created.body.id}/activation-codes`,
    undefined,
    operator,
  );
  assert.equal(code.status, 201);
  return { id: created.body.id, code: code.body.activationCode };
}
const activate = (activationCode: string, { publicKey }: Device) =>
  call<{ terminal: Terminal; code?: string }>("POST", "/v1/terminals/activate", {
    activationCode,
    publicKey,
  });

test("a terminal is created, activated once with its code, and answers the same device the same", async () => {
  const { id, code } = await newTerminal("A1");
  const device = createDevice();
  const first = await activate(code, device);
  assert.deepEqual([first.status, first.body.terminal.id, first.body.terminal.state], [200, id, "active"]);
  assert.equal((await activate(code, device)).status, 200);
  const stranger = await activate(code, createDevice());
  assert.deepEqual([stranger.status, stranger.body.code], [422, "activation_code_invalid"]);
});

test("a code that is wrong, expired or replaced, and a key that is bound or weak, are refused by name", async () => {
  const { id, code } = await newTerminal("A2");
  const bound = createDevice();
  assert.equal((await activate((await newTerminal("A3")).code, bound)).status, 200);
  assert.equal((await activate(code, bound)).body.code, "device_key_used");
  const weak = { ...createDevice(), publicKey: Buffer.alloc(32).toString("base64url") };
  assert.equal((await activate(code, weak)).body.code, "device_key_invalid");
  const replaced = await call<{ activationCode: string }>(
    "POST",
    `/v1/terminals/${id}/activation-codes`,
    undefined,
    operator,
  );
  assert.equal((await activate(code, createDevice())).body.code, "activation_code_invalid");
  shop.clock.advance(15 * 60_000 + 1_000);
  assert.equal(
    (await activate(replaced.body.activationCode, createDevice())).body.code,
    "activation_code_expired",
  );
});

test("a terminal knows whose counter it stands on, and no other terminal's", async () => {
  const bench = await shop.terminal();
  const path = `/v1/terminals/${bench.terminalId}/place?`;
  const own = await call<Record<string, unknown>>("GET", path, undefined, await signed(bench, path));
  assert.deepEqual([own.status, own.body["merchantNames"]], [200, { zh: "回音咖啡", en: "Echo Coffee" }]);
  assert.deepEqual(Object.keys(own.body), [
    ...["terminalName", "terminalNo", "merchantNames", "storeNames", "storeAddress"],
  ]);
  const stranger = await shop.terminal();
  assert.equal((await call("GET", path, undefined, await signed(stranger, path))).status, 404);
});

test("activation codes cannot be tried one after the other", async () => {
  const codes = Array.from({ length: 12 }, (_, index) => `000${index % 10}-000${index % 7}`);
  const statuses: number[] = [];
  for (const code of codes) statuses.push((await activate(code, createDevice())).status);
  assert.equal(statuses.at(-1), 429);
  shop.clock.advance(61_000);
  const { code } = await newTerminal("A4");
  assert.equal((await activate(code, createDevice())).status, 200);
});

test("creating: unknown store, used number, missing merchant and foreign fields are refused", async () => {
  const good = {
    merchantId: shop.place.merchantId,
    storeId: shop.place.storeId,
    name: "收银台",
    no: "B1",
    kind: "cashier",
  };
  assert.equal((await call("POST", "/v1/terminals", good, operator)).status, 201);
  for (const [body, status, code] of [
    [good, 409, "terminal_no_used"],
    [{ ...good, no: "B2", storeId: shop.world.newId("sto") }, 404, "not_found"],
    [{ ...good, no: "B2", merchantId: undefined }, 400, "request_invalid"],
    [{ ...good, no: "B2", colour: "red" }, 400, "request_invalid"],
    [{ ...good, no: "B 2" }, 400, "request_invalid"],
  ] as const) {
    const reply = await call("POST", "/v1/terminals", body, operator);
    assert.deepEqual([reply.status, reply.body.code], [status, code]);
  }
});

test("a signed request is accepted once; its replay is refused, after a restart too", async () => {
  const bench = await shop.terminal();
  const path = `/v1/terminals/${bench.terminalId}?`;
  const headers = await signed(bench, path);
  assert.equal((await call("GET", path, undefined, headers)).status, 200);
  const replay = await call("GET", path, undefined, headers);
  assert.deepEqual([replay.status, replay.body.code], [401, "signature_replayed"]);
  const kept = await signed(bench, path);
  assert.equal((await call("GET", path, undefined, kept)).status, 200);
  await shop.restart();
  assert.equal((await call("GET", path, undefined, kept)).body.code, "signature_replayed");
});

test("of fifty copies of one request at the same moment, exactly one is accepted", async () => {
  const bench = await shop.terminal();
  const path = `/v1/terminals/${bench.terminalId}`;
  const headers = await signed(bench, path);
  const replies = await Promise.all(Array.from({ length: 50 }, () => call("GET", path, undefined, headers)));
  assert.equal(replies.filter(({ status }) => status === 200).length, 1);
  assert.equal(replies.filter(({ body }) => body.code === "signature_replayed").length, 49);
});

test("a signature for anything else than this request is refused with the reason", async () => {
  const bench = await shop.terminal();
  const path = `/v1/terminals/${bench.terminalId}`;
  const other = await shop.terminal();
  const wrongKey = await signRequest(
    { ...other.device.keyFor(bench.terminalId) },
    { method: "GET", url: path, body: null, idempotencyKey: null },
    signatureMoment(shop.world.now()),
  );
  const good = () => signed(bench, path);
  const shifted = (seconds: number) =>
    signed(bench, path, signatureMoment(new Date(shop.world.now().getTime() + seconds * 1_000)));
  const unknown = await signed({ device: bench.device, terminalId: shop.world.newId("trm") }, path);
  for (const [headers, target, code] of [
    [await good(), `${path}/telemetry`, "signature_invalid"],
    [await good(), `${path}?x=1`, "signature_invalid"],
    [wrongKey, path, "signature_invalid"],
    [unknown, path, "terminal_unknown"],
    [await shifted(-310), path, "signature_time_off"],
    [await shifted(310), path, "signature_time_off"],
    [{ ...(await good()), signature: "sig1=:AAAA:" }, path, "signature_incomplete"],
    [{ "signature-input": (await good())["signature-input"]! }, path, "signature_incomplete"],
    [{ ...(await good()), "idempotency-key": "k" }, path, "signature_incomplete"],
    [{}, path, "not_signed_in"],
  ] as const) {
    const reply = await call("GET", target, undefined, headers);
    assert.deepEqual([reply.status, reply.body.code], [401, code]);
  }
  assert.equal((await call("GET", path, undefined, await shifted(-290))).status, 200);
  assert.equal((await call("GET", path, undefined, await shifted(290))).status, 200);
});

test("the refusal of a wrong clock says by how much, and /v1/time tells the right one", async () => {
  const bench = await shop.terminal();
  const late = signatureMoment(new Date(shop.world.now().getTime() - 3_600_000));
  const reply = await call<typeof Problem & { detail: string; title: string }>(
    "GET",
    "/v1/terminals",
    undefined,
    await signed(bench, "/v1/terminals", late),
  );
  assert.match(reply.body.title, /-360[01] 秒/);
  const { body } = await call<{ now: string }>("GET", "/v1/time");
  assert.ok(Math.abs(Date.parse(body.now) - shop.world.now().getTime()) < 5_000);
});

test("a body is what was signed, to the byte", async () => {
  const bench = await shop.terminal();
  const text = '{"amount":1}';
  const url = "/v1/payments";
  const request = { method: "POST", url, body: new TextEncoder().encode(text), idempotencyKey: "k-1" };
  const sign = () =>
    signRequest(bench.device.keyFor(bench.terminalId), request, signatureMoment(shop.world.now()));
  const path = `/v1/terminals/${bench.terminalId}/activation-codes`;
  for (const [body, change, code] of [
    ['{"amount":2}', {}, "body_digest_mismatch"],
    [text, { "content-digest": "sha-512=:AAAA:" }, "signature_incomplete"],
    [text, { "idempotency-key": "k-2" }, "signature_invalid"],
  ] as const) {
    const reply = await call("POST", path, body, { ...(await sign()), "idempotency-key": "k-1", ...change });
    assert.deepEqual([reply.status, reply.body.code], [401, code]);
  }
});

test("a terminal sees itself alone, and may not do what its keepers do", async () => {
  const bench = await shop.terminal();
  const other = await shop.terminal();
  const own = await bench.terminal.request("GET", `/v1/terminals/${bench.terminalId}`);
  assert.equal(own.status, 200);
  assert.equal((await bench.terminal.request("GET", `/v1/terminals/${other.terminalId}`)).status, 404);
  assert.equal((await bench.terminal.request("GET", "/v1/terminals")).status, 403);
  assert.equal(
    (
      await bench.terminal.request("PATCH", `/v1/terminals/${bench.terminalId}`, {
        body: { state: "active" },
        idempotencyKey: null,
      })
    ).status,
    403,
  );
});

/** "connected", or the return code of the refusal. */
async function connectWith(options: mqtt.IClientOptions): Promise<string> {
  const client = mqtt.connect(shop.platform().mqttUrl, { reconnectPeriod: 0, keepalive: 30, ...options });
  const outcome = await new Promise<string>((resolve) => {
    client.on("connect", () => resolve("connected"));
    client.on("error", (error) => resolve(String((error as { code?: unknown }).code)));
  });
  client.end(true);
  return outcome;
}

test("an MQTT password is good once, for its own terminal, near its time; after a restart it is still spent", async () => {
  const bench = await shop.terminal();
  const other = await shop.terminal();
  const id = bench.terminalId;
  const password = () => mqttPassword(bench.device.keyFor(id), signatureMoment(shop.world.now()));
  const spent = await password();
  assert.equal(await connectWith({ clientId: id, username: id, password: spent }), "connected");
  const old = await mqttPassword(
    bench.device.keyFor(id),
    signatureMoment(new Date(shop.world.now().getTime() - 310_000)),
  );
  for (const options of [
    { clientId: id, username: id, password: spent },
    { clientId: id, username: id, password: "wrong" },
    { clientId: id, username: id },
    { clientId: other.terminalId, username: id, password: await password() },
    { clientId: other.terminalId, username: other.terminalId, password: await password() },
    { clientId: id, username: id, password: old },
  ]) {
    assert.equal(await connectWith(options), "4");
  }
  await shop.restart();
  assert.equal(await connectWith({ clientId: id, username: id, password: spent }), "4");
});

test("a terminal reaches its own topics only, in its own direction", async () => {
  const bench = await shop.terminal();
  const victim = await shop.terminal();
  await victim.terminal.connect();
  const id = bench.terminalId;
  const password = await mqttPassword(bench.device.keyFor(id), signatureMoment(shop.world.now()));
  const client = mqtt.connect(shop.platform().mqttUrl, {
    clientId: id,
    username: id,
    password,
    reconnectPeriod: 0,
    keepalive: 30,
  });
  await once(client as unknown as EventEmitter, "connect");
  for (const [filter, granted] of [
    [terminalTopic(id, "arrivals"), 1],
    [terminalTopic(id, "receipts"), 128],
    [terminalTopic(victim.terminalId, "arrivals"), 128],
    ["huiyin/v1/terminals/+/arrivals", 128],
    [`huiyin/v1/terminals/${id}/#`, 128],
    ["#", 128],
  ] as const) {
    const [answer] = await client.subscribeAsync(filter, { qos: 1 }).catch(() => [{ qos: 128 }]);
    assert.equal(answer?.qos, granted, filter);
  }
  const closed = once(client as unknown as EventEmitter, "close");
  const forged = { version: 1, kind: "ask", outcomes: [] };
  client.publish(terminalTopic(victim.terminalId, "receipts"), JSON.stringify(forged), { qos: 0 });
  await closed;
  assert.equal(victim.terminal.received.filter(({ topic }) => topic === "commands").length, 0);
});

test("nonsense on a topic is answered by the declared error and ends nothing", async () => {
  const bench = await shop.terminal();
  await bench.terminal.connect();
  const rejections = () =>
    bench.terminal.received
      .filter(({ topic }) => topic === "commands")
      .map(({ payload }) => payload as { code: string; problems: { field: string }[] });
  for (const [topic, payload, field] of [
    ["telemetry", "text", "payload"],
    ["telemetry", [1], "payload"],
    ["telemetry", { version: 1, kind: "constructor" }, "kind"],
    ["telemetry", { version: 2, kind: "beat" }, "version"],
    [
      "telemetry",
      {
        version: 1,
        kind: "beat",
        connection: "c".repeat(20),
        at: shop.world.now().toISOString(),
        batteryPercent: 101,
      },
      "batteryPercent",
    ],
    [
      "telemetry",
      { version: 1, kind: "beat", connection: "c".repeat(20), at: shop.world.now().toISOString(), extra: 1 },
      "payload",
    ],
    [
      "receipts",
      { version: 1, kind: "receipt", arrivalId: "arr_1", paymentId: null, stage: "spoken", at: "now" },
      "arrivalId",
    ],
    [
      "commandResults",
      {
        version: 1,
        kind: "result",
        commandId: "12345678",
        outcome: "maybe",
        at: shop.world.now().toISOString(),
      },
      "outcome",
    ],
  ] as const) {
    const before = rejections().length;
    shop.clock.advance(2_000);
    bench.terminal.sendRaw(topic, payload);
    await until(() => rejections().length === before + 1);
    const last = rejections().at(-1);
    assert.equal(last?.code, "message_invalid");
    assert.ok(
      last?.problems.some((problem) => problem.field === field),
      `${field}: ${JSON.stringify(last?.problems)}`,
    );
  }
  shop.clock.advance(2_000);
  bench.terminal.sendRaw("receipts", {
    version: 1,
    kind: "receipt",
    arrivalId: shop.world.newId("arr"),
    paymentId: shop.world.newId("pay"),
    stage: "spoken",
    at: shop.world.now().toISOString(),
  });
  await until(() => rejections().at(-1)?.code === "arrival_unknown");
  assert.ok(shop.platform().broker.sessions().has(bench.terminalId));
});

test("sessions and telemetry are kept as evidence, and online means a session with a running lease", async () => {
  const bench = await shop.terminal();
  const one = async () =>
    (await call<Terminal>("GET", `/v1/terminals/${bench.terminalId}`, undefined, operator)).body;
  assert.deepEqual([(await one()).online, (await one()).lastSeenAt], [false, null]);
  await bench.terminal.connect();
  await until(async () => (await one()).online && (await one()).telemetry !== null);
  assert.deepEqual((await one()).telemetry?.batteryPercent, 80);
  shop.clock.advance(1_000);
  bench.terminal.setBattery(3);
  await until(async () => (await one()).telemetry?.batteryPercent === 3);
  await shop.platform().terminals.presence.settled();
  await until(async () => {
    const { rows } = await sql<{
      config_revision: bigint;
    }>`select config_revision from terminals.presence where config_revision is not null`.execute(
      shop.pg.batch,
    );
    return rows.length > 0;
  });
  await bench.terminal.goOffline();
  await until(async () => !(await one()).online);
  const history = await call<TelemetryHistory>(
    "GET",
    `/v1/terminals/${bench.terminalId}/telemetry`,
    undefined,
    operator,
  );
  assert.deepEqual(
    history.body.sessions.map(({ closeReason }) => closeReason),
    ["connectionLost"],
  );
  assert.deepEqual(
    history.body.reports.map(({ batteryPercent }) => batteryPercent),
    [3, 80],
  );
});

test("the sessions of a killed process end when their lease does", async () => {
  const bench = await shop.terminal();
  await shop.pg.transaction((tx) =>
    sql`
      insert into terminals.session (merchant_id, connection_id, terminal_id, transport, process_id, lease_until, opened_at)
      select merchant_id, gen_random_uuid(), terminal_id, 'tcp', 'dead', ${new Date(shop.world.now().getTime() + 60_000)}, ${shop.world.now()}
      from terminals.terminal where no = (select no from terminals.terminal order by terminal_id desc limit 1)`.execute(
      tx,
    ),
  );
  const one = async () =>
    (await call<Terminal>("GET", `/v1/terminals/${bench.terminalId}`, undefined, operator)).body;
  assert.equal((await one()).online, true);
  shop.clock.advance(61_000);
  await until(async () => {
    const history = await call<TelemetryHistory>(
      "GET",
      `/v1/terminals/${bench.terminalId}/telemetry`,
      undefined,
      operator,
    );
    return history.body.sessions[0]?.closeReason === "leaseExpired";
  });
  assert.equal((await one()).online, false);
});

test("suspending ends the session and refuses requests; resuming allows both again", async () => {
  const bench = await shop.terminal();
  await bench.terminal.connect();
  const path = `/v1/terminals/${bench.terminalId}`;
  assert.equal((await call("PATCH", path, { state: "suspended" }, operator)).status, 200);
  await until(() => !shop.platform().broker.sessions().has(bench.terminalId));
  const refused = await bench.terminal.request("GET", path);
  assert.deepEqual([refused.status, (refused.body as { code: string }).code], [403, "terminal_suspended"]);
  assert.equal((await call("PATCH", path, { state: "active" }, operator)).status, 200);
  await until(() => shop.platform().broker.sessions().has(bench.terminalId));
  assert.equal((await bench.terminal.request("GET", path)).status, 200);
});

test("nonces are forgotten once their signatures are too old, and not before", async () => {
  const count = async () =>
    Number(
      (await sql<{ n: bigint }>`select count(*) as n from terminals.nonce`.execute(shop.pg.batch)).rows[0]?.n,
    );
  assert.ok((await count()) > 0);
  shop.clock.advance(661_000);
  await until(async () => (await count()) === 0);
});
