import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { unwrap } from "../../kernel/result.ts";
import { askJson } from "../../platform/http/fixtures.ts";
import { limits } from "../../platform/limits.ts";
import { testIdentity, type TestIdentity } from "./fixtures.ts";
import { createSignInLink } from "./service.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
let t: TestIdentity;
before(async () => void (t = await testIdentity()));
after(() => t[Symbol.asyncDispose]());

async function token(): Promise<string> {
  return unwrap(await createSignInLink(t.deps, null, "test")).url.split("#token=")[1] ?? "";
}

function open(linkToken: string) {
  const headers = { "content-type": "application/json" };
  return askJson(t.server.url, "/v1/sessions", {
    method: "POST",
    headers,
    body: JSON.stringify({ token: linkToken }),
  });
}

async function statusWith(cookie: string): Promise<number> {
  return (await askJson(t.server.url, "/v1/sessions/current", { headers: { cookie } })).status;
}

test("a link works for fifteen minutes", async () => {
  const [early, late] = [await token(), await token()];
  t.clock.advance(14 * minuteMs);
  assert.equal((await open(early)).status, 201);
  t.clock.advance(minuteMs);
  assert.equal((await open(late)).json["code"], "sign_in_link_invalid");
});

test("a session slides on with use, ends after twelve hours without, and after a week in any case", async () => {
  const cookieOf = async (): Promise<string> =>
    (await open(await token())).headers.get("set-cookie")?.split(";")[0] ?? "";
  const [used, unused] = [await cookieOf(), await cookieOf()];
  t.clock.advance(11 * hourMs);
  assert.equal(await statusWith(used), 200);
  t.clock.advance(2 * hourMs);
  assert.deepEqual([await statusWith(used), await statusWith(unused)], [200, 401]);
  let hours = 13;
  for (; hours < limits.sessionHoursMax - 12; hours += 11) {
    t.clock.advance(11 * hourMs);
    assert.equal(await statusWith(used), 200, `after ${hours} hours`);
  }
  t.clock.advance((limits.sessionHoursMax - hours) * hourMs);
  assert.equal(await statusWith(used), 401);
});

test("wrong links from one address are slowed down, with the time to wait", async () => {
  const wrong = `sl_${"B".repeat(43)}`;
  const answers = [];
  for (let attempt = 0; attempt < limits.signInFailuresMax + 2; attempt += 1) answers.push(await open(wrong));
  assert.equal(answers[0]?.status, 401);
  const last = answers.at(-1);
  assert.equal(last?.status, 429);
  assert.ok(Number(last.headers.get("retry-after")) > 0);
  // A right one waits as well: the answer must not tell whether the guess was good.
  assert.equal((await open(await token())).status, 429);
  t.clock.advance(limits.signInWindowSeconds * 1_000);
  assert.equal((await open(await token())).status, 201);
});

test("wrong keys are slowed down too, while the right key from the same address still works", async () => {
  const ask = (key: string) =>
    askJson(t.server.url, "/v1/sessions/current", { headers: { authorization: `Bearer ${key}` } });
  const statuses = [];
  for (let attempt = 0; attempt < limits.signInFailuresMax + 1; attempt += 1) {
    statuses.push((await ask(`sk_${"C".repeat(43)}`)).status);
  }
  assert.deepEqual([statuses[0], statuses.at(-1)], [401, 429]);
  assert.equal((await ask(t.operatorKey)).status, 200);
});
