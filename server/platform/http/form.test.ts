import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { askJson, testHttp, type Answer, type TestHttp } from "./fixtures.ts";
import type { HttpApp } from "./typeProvider.ts";

function routes(app: HttpApp): void {
  app.post("/v1/callback", { config: { roles: "public", body: "form" } }, async (request) => ({
    form: [...request.form],
    raw: request.rawBody.toString(),
  }));
}

let server: TestHttp;
before(async () => void (server = await testHttp(routes)));
after(() => server[Symbol.asyncDispose]());
const ask = (path: string, init: RequestInit = {}): Promise<Answer> => askJson(server.url, path, init);

const forms: [string, string, number, unknown][] = [
  [
    "a=1&b=%E4%BD%A0+%2B",
    "",
    200,
    [
      ["a", "1"],
      ["b", "你 +"],
    ],
  ],
  ["b=%C4%E3", "; charset=GBK", 200, [["b", "你"]]],
  [
    "a=&c",
    "",
    200,
    [
      ["a", ""],
      ["c", ""],
    ],
  ],
  ["a=1&a=2", "", 400, "form_invalid"],
  ["a=%C4%E3", "", 400, "form_invalid"],
  ["a=%4", "", 400, "form_invalid"],
  ["a=1&=2", "", 400, "form_invalid"],
  ["a=1", "; charset=nonsense", 400, "form_invalid"],
];
for (const [body, charset, status, expected] of forms) {
  test(`the form ${body}${charset} is answered ${status}`, async () => {
    const headers = { "content-type": `application/x-www-form-urlencoded${charset}` };
    const answer = await ask("/v1/callback", { method: "POST", headers, body });
    assert.equal(answer.status, status);
    assert.deepEqual(status === 200 ? answer.json["form"] : answer.json["code"], expected);
    if (status === 200) assert.equal(answer.json["raw"], body);
  });
}

test("a form is no JSON and JSON is no form", async () => {
  const json = await ask("/v1/callback", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  assert.equal(json.json["code"], "content_type_unsupported");
});
