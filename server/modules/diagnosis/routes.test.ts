import assert from "node:assert/strict";
import { test } from "node:test";
import { askJson, testHttp, type TestHttp } from "../../platform/http/fixtures.ts";
import type { Principal } from "../../platform/principal.ts";
import { coffeeShop } from "../merchants/fixtures.ts";
import { createMerchant } from "../merchants/index.ts";
import { unwrap } from "../../kernel/result.ts";
import { diagnosisRoutes } from "./routes.ts";
import { diagnosisBench, type DiagnosisBench } from "./testing.ts";

/** `Authorization: as operator | merchant | terminal | stranger`. */
async function serve(bench: DiagnosisBench): Promise<TestHttp> {
  const stranger = unwrap(await createMerchant(bench.merchants, coffeeShop, "test"));
  const { merchantId, terminalId } = bench;
  const principals = new Map<string, Principal>([
    ["as operator", { role: "operator", credentialId: "key_operator" }],
    ["as merchant", { role: "merchant", merchantId, credentialId: "key_merchant" }],
    ["as terminal", { role: "terminal", merchantId, terminalId }],
    ["as neighbour", { role: "terminal", merchantId, terminalId: bench.world.newId("trm") }],
    ["as stranger", { role: "merchant", merchantId: stranger.id, credentialId: "key_stranger" }],
  ]);
  const authenticators = [
    async ({ headers }: { headers: Readonly<Record<string, unknown>> }) =>
      principals.get(String(headers["authorization"])) ?? null,
  ];
  return testHttp((app) => diagnosisRoutes(app, bench.diagnosis), { authenticators });
}

const as = (who: string, method: "GET" | "POST" = "GET", body?: unknown): RequestInit => ({
  method,
  headers: {
    authorization: `as ${who}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

type Cause = {
  id: string;
  probability: number;
  because: Array<{ signal: string }>;
  remedies: Array<{ id: string; state: string; by: string }>;
  texts: Record<string, { zh: string; en: string }>;
};

test("the answer says what, how sure, why, who has to act, and what can be done, in both languages", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  bench.office.states.set("huabei", "closed");
  const payment = await bench.pay("huabei");
  const { status, json } = await askJson(http.url, `/v1/payments/${payment.id}/diagnosis`, as("merchant"));
  assert.equal(status, 200);
  assert.equal(json["verdict"], "named");
  const [cause] = json["causes"] as Cause[];
  assert.equal(cause?.id, "C-MCH-01");
  assert.ok(cause.probability > 0.8 && cause.probability < 1);
  assert.ok(cause.because.some((fact) => fact.signal === "E03"));
  assert.match(cause.texts["merchant"]?.zh ?? "", /¥12\.50.*很可能.*回音咖啡/);
  assert.match(cause.texts["merchant"]?.en ?? "", /¥12\.50.*probably.*Echo Coffee/);
  assert.doesNotMatch(JSON.stringify(json), /\{\w+\}/, "every hole is filled");
  assert.deepEqual(
    cause.remedies.map(({ id, state, by }) => [id, state, by]),
    [
      ["openHuabei", "offered", "platform"],
      ["otherMeans", "offered", "people"],
    ],
  );
});

test("one click repairs, and clicking again answers the same", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  bench.office.states.set("huabei", "closed");
  const payment = await bench.pay("huabei");
  const { json } = await askJson(http.url, `/v1/payments/${payment.id}/diagnosis`, as("merchant"));
  const path = `/v1/diagnoses/${String(json["id"])}/remedies/openHuabei`;
  for (let click = 0; click < 2; click += 1) {
    const repaired = await askJson(http.url, path, as("merchant", "POST"));
    assert.equal(repaired.status, 200);
    const [cause] = repaired.json["causes"] as Cause[];
    assert.equal(cause?.remedies[0]?.state, "verified");
  }
  assert.equal(bench.office.states.get("huabei"), "enabled");
});

test("a terminal may ask why, and may not open products", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  bench.office.states.set("huabei", "closed");
  const payment = await bench.pay("huabei");
  const { json } = await askJson(http.url, `/v1/payments/${payment.id}/diagnosis`, as("terminal"));
  const refused = await askJson(
    http.url,
    `/v1/diagnoses/${String(json["id"])}/remedies/openHuabei`,
    as("terminal", "POST"),
  );
  assert.deepEqual([refused.status, refused.json["code"]], [403, "not_allowed"]);
  assert.equal(bench.office.states.get("huabei"), "closed");
});

test("another merchant's payments, terminals and diagnoses do not exist", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  bench.office.states.set("huabei", "closed");
  const payment = await bench.pay("huabei");
  const { json } = await askJson(http.url, `/v1/payments/${payment.id}/diagnosis`, as("merchant"));
  const id = String(json["id"]);
  const answered = { questionId: "phoneMessage", optionId: "unsure" };
  const foreign: ReadonlyArray<readonly [string, RequestInit]> = [
    [`/v1/payments/${payment.id}/diagnosis`, as("neighbour")],
    [`/v1/diagnoses/${id}`, as("neighbour")],
    [`/v1/diagnoses/${id}/answers`, as("neighbour", "POST", answered)],
    [`/v1/diagnoses/${id}/remedies/openHuabei`, as("neighbour", "POST")],
    ["/v1/diagnoses", as("neighbour", "POST", { paymentId: payment.id })],
    ["/v1/diagnoses", as("neighbour", "POST", { terminalId: bench.terminalId })],
    [`/v1/payments/${payment.id}/diagnosis`, as("stranger")],
    [`/v1/diagnoses/${id}`, as("stranger")],
    [
      `/v1/diagnoses/${id}/answers`,
      as("stranger", "POST", { questionId: "phoneMessage", optionId: "unsure" }),
    ],
    [`/v1/diagnoses/${id}/remedies/openHuabei`, as("stranger", "POST")],
    ["/v1/diagnoses", as("stranger", "POST", { paymentId: payment.id })],
    ["/v1/diagnoses", as("stranger", "POST", { terminalId: bench.terminalId })],
    ["/v1/diagnoses", as("stranger", "POST", { merchantId: bench.merchantId, text: "花呗" })],
  ];
  for (const [path, init] of foreign) {
    const { status, json: answer } = await askJson(http.url, path, init);
    assert.deepEqual([status, answer["code"]], [404, "not_found"], `${init.method} ${path}`);
  }
  assert.equal(bench.office.states.get("huabei"), "closed");
});

test("a question that names nothing, or nonsense, is refused in the declared form", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  const rows: ReadonlyArray<readonly [string, RequestInit, number, string]> = [
    ["/v1/diagnoses", as("operator", "POST", {}), 400, "diagnosis_subject_missing"],
    ["/v1/diagnoses", as("operator", "POST", { text: "花呗用不了" }), 400, "diagnosis_subject_missing"],
    ["/v1/diagnoses", as("operator", "POST", { paymentId: "nonsense" }), 400, "request_invalid"],
    [
      "/v1/diagnoses",
      as("operator", "POST", { paymentId: bench.world.newId("pay"), colour: 1 }),
      400,
      "request_invalid",
    ],
    ["/v1/diagnoses", as("operator", "POST", { paymentId: bench.world.newId("pay") }), 404, "not_found"],
    [`/v1/diagnoses/${bench.world.newId("dia")}`, as("operator"), 404, "not_found"],
    [`/v1/payments/${bench.world.newId("pay")}/diagnosis`, as("operator"), 404, "not_found"],
  ];
  for (const [path, init, status, code] of rows) {
    const answer = await askJson(http.url, path, init);
    assert.deepEqual([answer.status, answer.json["code"]], [status, code], `${path} ${String(init.body)}`);
  }
});

test("a terminal that asks without naming anything means itself", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  const { status, json } = await askJson(
    http.url,
    "/v1/diagnoses",
    as("terminal", "POST", { text: "机器连不上网" }),
  );
  assert.equal(status, 201);
  assert.deepEqual([json["terminalId"], json["verdict"]], [bench.terminalId, "named"]);
  assert.equal((json["causes"] as Cause[])[0]?.id, "C-NET-02");
});

test("how sure, on whose word and what helps now are part of the answer; an older question stays answerable", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  bench.bank.credit = "short";
  const payment = await bench.pay("huabei");
  const { json } = await askJson(http.url, `/v1/payments/${payment.id}/diagnosis`, as("terminal"));
  assert.equal(json["verdict"], "question");
  assert.match((json["tryNow"] as { zh: string }).zh, /余额或银行卡/, "what helps now needs no answer");
  const path = `/v1/diagnoses/${String(json["id"])}/answers`;
  const answer = { questionId: "phoneMessage", optionId: "creditShort" };
  const { status, json: after } = await askJson(http.url, path, as("terminal", "POST", answer));
  assert.equal(status, 200);
  const [cause] = after["causes"] as Array<{
    id: string;
    sureness: string;
    restsOn: { zh: string; en: string };
  }>;
  assert.deepEqual([cause?.id, cause?.sureness], ["C-PAY-04", "veryLikely"]);
  assert.match(cause?.restsOn.zh ?? "", /^依据：相关人员的回答/);
  assert.match((after["summary"] as { en: string }).en, /^Probably: /);
});

test("a refusal is diagnosed although there is no payment: by its code, at the terminal that met it", async () => {
  await using bench = await diagnosisBench();
  await using http = await serve(bench);
  await bench.connect();
  await bench.pay("balance");
  const ask = async (code: string) => {
    const asked = await askJson(http.url, "/v1/diagnoses", as("terminal", "POST", { refusal: { code } }));
    assert.equal(asked.status, 201);
    return asked.json;
  };
  const collecting = await ask("payer_code_is_collecting_code");
  const [cause] = collecting["causes"] as Cause[];
  assert.deepEqual(
    [collecting["verdict"], cause?.id, collecting["paymentId"], collecting["terminalId"]],
    ["named", "C-PAY-09", null, bench.terminalId],
  );
  const again = await askJson(http.url, `/v1/diagnoses/${String(collecting["id"])}`, as("terminal"));
  assert.equal(
    (again.json["causes"] as Cause[])[0]?.id,
    "C-PAY-09",
    "looked at again it is the same refusal",
  );
  const used = await ask("payer_code_used");
  const [usedCause] = used["causes"] as Array<Cause & { variant: string }>;
  assert.deepEqual([usedCause?.id, usedCause?.variant], ["C-X-01", "usedHere"]);
  const other = await ask("payer_code_unrecognised");
  assert.notEqual(other["verdict"], "named");
});
