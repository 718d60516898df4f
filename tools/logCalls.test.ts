import assert from "node:assert/strict";
import { test } from "node:test";
import { bannedLogCalls } from "./logCalls.ts";

// call                                                              banned names in it
const calls: ReadonlyArray<readonly [string, readonly string[]]> = [
  [`log.info({ paymentId, channelCode: reply.code }, "paid");`, []],
  [`log.info({ payerCode }, "paying");`, ["payerCode"]],
  [`deps.log.warn({ request: { headers: request.headers } }, "refused");`, ["headers", "headers"]],
  [`this.log?.error({ ...merchant, detail: [terminal.privateKey] });`, ["privateKey"]],
  ["logger.debug(`asked with ${token}`);", ["token"]],
  [`request.log.info({ "authorization": 1 });`, ["authorization"]],
  [`log.error({ tokenId, phoneMasked }, "the password was wrong");`, []],
  [`store.info({ payerCode });`, []],
  [`log.info({ count: payerCode.length });`, []],
  [`log.info("code " + payerCode);`, ["payerCode"]],
];

for (const [call, names] of calls) {
  test(`${names.length === 0 ? "allowed" : "refused"}: ${call}`, () => {
    assert.deepEqual(
      bannedLogCalls("some.ts", `const a = 1;\n${call}`).map(({ name, line }) => [name, line]),
      names.map((name) => [name, 2]),
    );
  });
}
