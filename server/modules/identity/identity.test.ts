import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { sql } from "kysely";
import { unwrap } from "../../kernel/result.ts";
import { askJson, type Answer } from "../../platform/http/fixtures.ts";
import { limits } from "../../platform/limits.ts";
import { createAttempts } from "./attempts.ts";
import { merchantA, merchantB, testIdentity, type TestIdentity } from "./fixtures.ts";
import { createCredential, createSignInLink } from "./service.ts";

let t: TestIdentity;
before(async () => void (t = await testIdentity()));
after(() => t[Symbol.asyncDispose]());
// What one test got wrong on purpose must not slow the next one down.
beforeEach(() => t.clock.advance(limits.signInWindowSeconds * 1_000));

type Call = Readonly<{ method?: string; key?: string; cookie?: string; origin?: string; body?: unknown }>;

function call(path: string, { method = "GET", key, cookie, origin, body }: Call = {}): Promise<Answer> {
  const headers: Record<string, string> = {
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(cookie !== undefined && { cookie: `theme=dark; huiyin_session=${cookie}` }),
    ...(origin !== undefined && { origin }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  return askJson(t.server.url, path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

const own = (): { origin: string } => ({ origin: t.server.url });

async function linkToken(merchantId: string | null): Promise<string> {
  const { url } = unwrap(await createSignInLink(t.deps, merchantId, "test"));
  const [page, token = ""] = url.split("#token=");
  assert.equal(page, "http://platform.test/console/sign-in");
  return token;
}

async function signIn(merchantId: string | null): Promise<{ cookie: string; id: string; setCookie: string }> {
  const answer = await call("/v1/sessions", { method: "POST", body: { token: await linkToken(merchantId) } });
  assert.equal(answer.status, 201);
  const setCookie = answer.headers.get("set-cookie") ?? "";
  const cookie = /^huiyin_session=([^;]+)/.exec(setCookie)?.[1] ?? "";
  return { cookie, id: String(answer.json["id"]), setCookie };
}

test("a key says who is asking, with names for people", async () => {
  const operator = await call("/v1/sessions/current", { key: t.operatorKey });
  assert.equal(operator.status, 200);
  const { credentialId, ...rest } = operator.json;
  assert.match(String(credentialId), /^key_/);
  assert.deepEqual(rest, {
    role: "operator",
    names: { zh: "运营", en: "Operator" },
    merchantId: null,
    proof: "key",
    expiresAt: null,
  });
  const merchant = await call("/v1/sessions/current", { key: t.keyA });
  assert.deepEqual(
    [merchant.json["role"], merchant.json["merchantId"], merchant.json["names"]],
    ["merchant", merchantA, { zh: "回音咖啡", en: "Echo Coffee" }],
  );
});

test("a revoked key ends with the very next request, also for many at once", async () => {
  const { credential, key } = unwrap(
    await createCredential(t.deps, { merchantId: merchantA, name: "short" }, "test"),
  );
  assert.equal(credential.lastFour, key.slice(-4));
  const many = () => Promise.all(Array.from({ length: 8 }, () => call("/v1/sessions/current", { key })));
  assert.deepEqual(new Set((await many()).map((answer) => answer.status)), new Set([200]));
  assert.equal(
    (await call(`/v1/credentials/${credential.id}`, { method: "DELETE", key: t.operatorKey })).status,
    204,
  );
  assert.deepEqual(new Set((await many()).map((answer) => answer.json["code"])), new Set(["not_signed_in"]));
  const again = await call(`/v1/credentials/${credential.id}`, { method: "DELETE", key: t.operatorKey });
  assert.equal(again.status, 204);
});

test("the database holds no key, no link and no cookie that would open anything", async () => {
  const { key } = unwrap(await createCredential(t.deps, { merchantId: null, name: "canary" }, "test"));
  const link = await linkToken(null);
  const { cookie } = await signIn(null);
  const { rows } = await sql<{ all: string }>`
    select (select string_agg(c::text, '') from identity.credential c) || (select string_agg(s::text, '') from identity.session s)
           || (select string_agg(l::text, '') from identity.sign_in_link l) as all`.execute(t.db.pg.batch);
  for (const secret of [key, link, cookie]) {
    assert.ok(!rows[0]!.all.includes(secret.slice(3, 20)));
    assert.ok(!rows[0]!.all.includes(Buffer.from(secret).toString("hex")));
  }
});

test("a sign-in link opens exactly one session, however many try at once", async () => {
  const token = await linkToken(null);
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => call("/v1/sessions", { method: "POST", body: { token } })),
  );
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 401, 401, 401]);
  const late = await call("/v1/sessions", { method: "POST", body: { token } });
  assert.equal(late.json["code"], "sign_in_link_invalid");
});

test("the session cookie is out of reach for scripts and other sites", async () => {
  const { setCookie } = await signIn(null);
  assert.match(setCookie, /; HttpOnly/);
  assert.match(setCookie, /; SameSite=Strict/);
  assert.match(setCookie, /; Path=\//);
  assert.doesNotMatch(setCookie, /Domain/);
});

test("a merchant’s link opens a session of that merchant alone", async () => {
  const { cookie, id } = await signIn(merchantB);
  const { json } = await call("/v1/sessions/current", { cookie });
  assert.deepEqual(
    [json["role"], json["merchantId"], json["proof"], json["credentialId"]],
    ["merchant", merchantB, "session", id],
  );
  const list = await call("/v1/sessions", { cookie });
  assert.deepEqual(
    new Set((list.json["items"] as { merchantId: string }[]).map((item) => item.merchantId)),
    new Set([merchantB]),
  );
});

test("signing out ends the session, and a key has no session to leave", async () => {
  const { cookie } = await signIn(null);
  const out = await call("/v1/sessions/current", { method: "DELETE", cookie, ...own() });
  assert.equal(out.status, 204);
  assert.match(out.headers.get("set-cookie") ?? "", /^huiyin_session=;.*Max-Age=0/);
  assert.equal((await call("/v1/sessions/current", { cookie })).json["code"], "session_expired");
  assert.equal(
    (await call("/v1/sessions/current", { method: "DELETE", key: t.operatorKey })).json["code"],
    "session_missing",
  );
});

const origins: [string, string | undefined, number][] = [
  ["our own page", "own", 200],
  ["no origin", undefined, 403],
  ["another site", "https://evil.example", 403],
  ["another port of this machine", "http://127.0.0.1:1", 403],
  ["a sandboxed frame", "null", 403],
];
for (const [what, origin, status] of origins) {
  test(`a write by cookie from ${what} is answered ${status}`, async () => {
    const { cookie } = await signIn(null);
    const from = origin === "own" ? own() : origin === undefined ? {} : { origin };
    const answer = await call("/v1/write", { method: "POST", cookie, ...from, body: {} });
    assert.equal(answer.status, status);
    if (status === 403) assert.equal(answer.json["code"], "origin_not_allowed");
  });
}

test("a write by key needs no origin", async () => {
  assert.equal((await call("/v1/write", { method: "POST", key: t.keyA, body: {} })).status, 200);
});

const proofs: [string, string][] = [
  ["an unknown key", `sk_${"A".repeat(43)}`],
  ["a link’s token", `sl_${"A".repeat(43)}`],
  ["nonsense", "x"],
  ["a key with a character too many", `sk_${"A".repeat(44)}`],
  ["SQL", "sk_'or'1'='1"],
];
for (const [what, key] of proofs) {
  test(`${what} is no proof`, async () => {
    assert.equal((await call("/v1/sessions/current", { key })).status, 401);
    assert.equal(
      (await call("/v1/sessions/current", { cookie: encodeURIComponent(key) })).json["code"],
      "session_expired",
    );
  });
}

test("merchants manage their own keys only, and never make any", async () => {
  const mine = unwrap(
    await createCredential(t.deps, { merchantId: merchantA, name: "mine" }, "test"),
  ).credential;
  const foreign = unwrap(
    await createCredential(t.deps, { merchantId: merchantB, name: "foreign" }, "test"),
  ).credential;
  const list = await call(`/v1/credentials?limit=100&merchantId=${merchantB}`, { key: t.keyA });
  assert.deepEqual(list.json["items"], []);
  const own = await call("/v1/credentials?limit=100", { key: t.keyA });
  assert.ok((own.json["items"] as { merchantId: string }[]).every((item) => item.merchantId === merchantA));
  assert.equal((await call(`/v1/credentials/${foreign.id}`, { method: "DELETE", key: t.keyA })).status, 404);
  assert.equal((await call(`/v1/credentials/${mine.id}`, { method: "DELETE", key: t.keyA })).status, 204);
  const { id: session } = await signIn(merchantB);
  assert.equal((await call(`/v1/sessions/${session}`, { method: "DELETE", key: t.keyA })).status, 404);
  for (const path of ["/v1/credentials", "/v1/sign-in-links"]) {
    assert.equal(
      (await call(path, { method: "POST", key: t.keyA, body: { name: "x" } })).json["code"],
      "not_allowed",
    );
  }
});

test("an operator makes keys and links for a merchant that exists", async () => {
  const made = await call("/v1/credentials", {
    method: "POST",
    key: t.operatorKey,
    body: { name: "till", merchantId: merchantA },
  });
  assert.equal(made.status, 201);
  assert.match(String(made.json["key"]), /^sk_/);
  assert.equal(
    (await call("/v1/sessions/current", { key: String(made.json["key"]) })).json["merchantId"],
    merchantA,
  );
  const link = await call("/v1/sign-in-links", {
    method: "POST",
    key: t.operatorKey,
    body: { merchantId: merchantA },
  });
  assert.match(String(link.json["url"]), /#token=sl_/);
  const nobody = { merchantId: "mer_019a000000007000800000000000ffff" };
  for (const [path, body] of [
    ["/v1/credentials", { ...nobody, name: "x" }],
    ["/v1/sign-in-links", nobody],
  ] as const) {
    assert.equal((await call(path, { method: "POST", key: t.operatorKey, body })).status, 404);
  }
});

test("lists go forth and back without losing or repeating a key", async () => {
  for (const name of ["p1", "p2", "p3", "p4"])
    await createCredential(t.deps, { merchantId: merchantB, name }, "test");
  const page = async (query: string) => {
    const { json } = await call(`/v1/credentials?merchantId=${merchantB}&${query}`, { key: t.operatorKey });
    return json as { items: { id: string }[]; hasMore: boolean };
  };
  const all = (await page("limit=100")).items.map((item) => item.id);
  const first = await page("limit=2");
  const second = await page(`limit=2&after=${first.items[1]!.id}`);
  assert.deepEqual(
    [...first.items, ...second.items].map((item) => item.id),
    all.slice(0, 4),
  );
  assert.ok(first.hasMore);
  const back = await page(`limit=2&before=${all[3]}`);
  assert.deepEqual([back.items.map((item) => item.id), back.hasMore], [all.slice(1, 3), true]);
});

test("ten failures from one address close its door for signing in, until the window is over", () => {
  let now = new Date(0);
  const attempts = createAttempts({ world: { now: () => now } });
  for (let failure = 0; failure < limits.signInFailuresMax; failure += 1) {
    assert.equal(attempts.waitSeconds("1.1.1.1"), null);
    attempts.failed("1.1.1.1");
  }
  now = new Date(20_000);
  assert.equal(attempts.waitSeconds("1.1.1.1"), 40);
  assert.equal(attempts.waitSeconds("2.2.2.2"), null);
  now = new Date(60_000);
  assert.equal(attempts.waitSeconds("1.1.1.1"), null);
});

test("a flood of addresses is forgotten from its oldest end", () => {
  const attempts = createAttempts({ world: { now: () => new Date(0) } });
  for (let failure = 0; failure < limits.signInFailuresMax; failure += 1) attempts.failed("first");
  for (let address = 0; address < limits.signInAddressesMax; address += 1)
    attempts.failed(`other ${address}`);
  assert.equal(attempts.waitSeconds("first"), null);
});
