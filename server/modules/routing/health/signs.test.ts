// What one call tells of a gateway, by what was sent, what came, and whether it is believed.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Exchange, Probe } from "../../../channels/port.ts";
import { accountName, bankOf, signOf, signOfProbe, type CallSign } from "./signs.ts";

const at = new Date("2026-11-22T04:00:00Z");
const believed = { receivedAt: at, httpStatus: 200, problem: null };
const came = (httpStatus: number, problem: string) => ({ receivedAt: at, httpStatus, problem });
const none = (problem: string) => ({ receivedAt: null, httpStatus: null, problem });

const rows: ReadonlyArray<
  readonly [string, string, Pick<Exchange, "receivedAt" | "httpStatus" | "problem">, CallSign]
> = [
  ["a payer who is refused", "declined", believed, "answer"],
  ["one who is to enter a password", "pending", believed, "answer"],
  ["a documented system error", "unknown", believed, "failure"],
  ["silence", "unknown", none("timeout"), "failure"],
  ["nobody there", "unknown", none("connection refused"), "failure"],
  ["a line that broke", "unknown", none("connection reset"), "failure"],
  ["a name that is gone", "unknown", none("host not found"), "failure"],
  ["no way there", "unknown", none("network unreachable"), "failure"],
  ["a key of ours that cannot be read", "unknown", none("Error: error:1E08010C:DECODER routines"), "nothing"],
  ["a field that is missing", "unknown", none("TypeError: the account has no APIv2 key"), "nothing"],
  ["an address that is refused", "unknown", none("TypeError: Invalid URL"), "nothing"],
  ["what was not sent on purpose", "unknown", none("not sent: the number is not known"), "nothing"],
  ["a reply that our key does not prove", "unknown", came(200, "bad signature"), "unproven"],
  ["a refusal without signature", "unknown", came(200, "return_code is not SUCCESS: 签名错误"), "unproven"],
  ["a path that is not there", "unknown", came(404, "HTTP status 404"), "unproven"],
  ["a gateway that says it is broken", "unknown", came(502, "HTTP status 502"), "failure"],
];

test("every call has a sign of its own: what never left, and what one key cannot prove, accuse no gateway", () => {
  for (const [name, kind, exchange, sign] of rows)
    assert.equal(signOf({ outcome: { kind }, exchange }), sign, name);
});

const words = { zh: "", en: "" };
const found = (code: string, exchange: Partial<Exchange> | null): Probe => ({
  outcome: { kind: "refused", finding: { code, field: null, title: words, next: words }, words: null },
  exchange: exchange as Exchange | null,
});

const probes: ReadonlyArray<readonly [string, Probe, CallSign]> = [
  ["ready", { outcome: { kind: "ready", warnings: [] }, exchange: null }, "answer"],
  ["a configuration that leaves nothing to send", found("fieldMissing", null), "nothing"],
  ["silence", found("gatewayUnreachable", none("timeout")), "failure"],
  ["a page of somebody else", found("gatewayStrange", came(200, "not JSON")), "failure"],
  ["busy, in words that are believed", found("channelBusy", believed), "failure"],
  ["a key that does not fit", found("platformKeyWrong", came(200, "bad signature")), "unproven"],
  ["fault found with the configuration", found("signatureRefused", believed), "answer"],
];

test("a probe tells the same way", () => {
  for (const [name, probe, sign] of probes) assert.equal(signOfProbe(probe), sign, name);
});

test("a bank is taken from answers that are believed, and an account called by its public numbers", () => {
  const response = { bank_type: "CMB_DEBIT" };
  assert.equal(bankOf("wechat", { response, problem: null }), "CMB_DEBIT");
  assert.equal(bankOf("wechat", { response, problem: "bad signature" }), null);
  const account = { mchId: "1900000001", subMchId: "1900000109", apiKeyV2: "secret" };
  assert.equal(accountName(account), "1900000001 1900000109");
});
