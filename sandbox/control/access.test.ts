// Who may use the controls, and who may not.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";
import { controlToken, testSandbox, type TestSandbox } from "../fixtures.ts";
import { isLocal, pageHeader } from "./access.ts";

let made: TestSandbox;
before(async () => void (made = await testSandbox()));
after(() => made[Symbol.asyncDispose]());

type Answer = { status: number; cookie: string; location: string };

/** A request with exactly these headers: fetch would not let a test lie about Host and Sec-Fetch-Site. */
function ask(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(made.sandbox.url + path, { method, headers }, (answer) => {
      answer.resume();
      const cookie = (answer.headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
      resolve({ status: answer.statusCode ?? 0, cookie, location: answer.headers.location ?? "" });
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("without the token nothing is shown, with a wrong one neither", async () => {
  for (const headers of [
    {},
    { authorization: "Bearer wrong" },
    { authorization: `Basic ${controlToken}` },
    { cookie: "huiyin_wallet=x" },
  ]) {
    for (const path of [
      "/control/wallets",
      "/control/books/alipay",
      "/control/credentials/alipay",
      "/control/faults",
    ]) {
      assert.equal((await ask("GET", path, headers)).status, 401, JSON.stringify(headers));
    }
  }
  assert.equal(
    (await ask("GET", "/control/wallets", { authorization: `Bearer ${controlToken}` })).status,
    200,
  );
});

test("the page opened on this machine may use the controls; a page of another origin with the same cookie may not", async () => {
  const { cookie } = await ask("GET", "/", {});
  assert.match(cookie, /^huiyin_wallet=[\w-]{43}$/);
  const host = new URL(made.sandbox.url).host;
  const own = { cookie, [pageHeader]: "1" };
  const expected: ReadonlyArray<readonly [Record<string, string>, number]> = [
    [own, 200],
    [{ ...own, origin: `http://${host}`, "sec-fetch-site": "same-origin" }, 200],
    [{ cookie }, 401],
    [{ ...own, "sec-fetch-site": "cross-site" }, 401],
    [{ ...own, "sec-fetch-site": "same-site" }, 401],
    [{ ...own, origin: "http://evil.test" }, 401],
    [{ ...own, origin: "null" }, 401],
  ];
  for (const [headers, status] of expected) {
    assert.equal((await ask("GET", "/control/wallets", headers)).status, status, JSON.stringify(headers));
  }
});

test("under a foreign name the page gets no pass unless it comes by the printed link, which then disappears", async () => {
  assert.equal((await ask("GET", "/", { host: "evil.test" })).cookie, "");
  assert.equal((await ask("GET", "/?token=wrong", { host: "evil.test" })).cookie, "");
  const linked = await ask("GET", new URL(made.sandbox.walletUrl).search.replace(/^/, "/"), {
    host: "shop.lan",
  });
  assert.match(linked.cookie, /^huiyin_wallet=/);
  assert.deepEqual([linked.status, linked.location], [302, "/"]);
});

test("only loopback addresses under loopback names count as this machine", () => {
  for (const [ip, host, local] of [
    ["127.0.0.1", "127.0.0.1:8090", true],
    ["::1", "[::1]:8090", true],
    ["::ffff:127.0.0.1", "localhost:8090", true],
    ["127.0.0.1", "rebind.evil.test:8090", false],
    ["192.168.1.5", "127.0.0.1:8090", false],
  ] as const) {
    assert.equal(isLocal({ ip, headers: { host } }), local, `${ip} ${host}`);
  }
  // A proxy on this machine speaks for strangers.
  for (const name of ["x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via"]) {
    const headers = { host: "127.0.0.1:8090", [name]: "203.0.113.9" };
    assert.equal(isLocal({ ip: "127.0.0.1", headers }), false, name);
  }
});

test("a merchant’s token opens its own products and nothing else", async () => {
  const { appId, productOfficeToken, productOfficeUrl } = made.merchant;
  const headers = { authorization: `Bearer ${productOfficeToken}` };
  const path = new URL(productOfficeUrl).pathname;
  assert.equal((await ask("GET", `${path}/merchants/${appId}/products`, headers)).status, 200);
  assert.equal((await ask("POST", `${path}/merchants/${appId}/products/huabei/open`, headers)).status, 200);
  const other = await made.sandbox.ensureMerchant({ name: "别家" });
  assert.equal((await ask("GET", `${path}/merchants/${other.appId}/products`, headers)).status, 404);
  assert.equal(
    (await ask("POST", `${path}/merchants/${other.appId}/products/huabei/open`, headers)).status,
    404,
  );
  assert.equal((await ask("GET", "/control/wallets", headers)).status, 403);
});
