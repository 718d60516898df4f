import assert from "node:assert/strict";
import { test } from "node:test";
import { createTerminalAuthenticator } from "./authenticator.ts";

const prover = { prove: () => assert.fail("nothing here reaches the prover"), prune: async () => undefined };
const input =
  'sig1=("@method" "@path" "@query");created=1;nonce="0123456789abcdef";keyid="trm_1";alg="ed25519"';
const signature = `sig1=:${"A".repeat(86)}==:`;

// what is wrong -> headers, body
const incomplete: ReadonlyArray<readonly [string, Record<string, string>, string]> = [
  ["no Signature", { "signature-input": input }, ""],
  ["no member", { "signature-input": "x", signature }, ""],
  ["no signature", { "signature-input": input, signature: "sig1=:AAAA:" }, ""],
  ["other labels", { "signature-input": input, signature: signature.replace("sig1", "sig2") }, ""],
  ["a strange component", { "signature-input": input.replace("@path", "@host"), signature }, ""],
  ["no moment", { "signature-input": input.replace("created=1;", ""), signature }, ""],
  ["a short nonce", { "signature-input": input.replace("0123456789abcdef", "0"), signature }, ""],
  ["another algorithm", { "signature-input": input.replace("ed25519", "rsa"), signature }, ""],
  ["no digest", { "signature-input": input, signature }, "{}"],
  ["another digest", { "signature-input": input, signature, "content-digest": "sha-512=:AAAA:" }, "{}"],
  ["an unsigned path", { "signature-input": input.replace(' "@path"', ""), signature }, ""],
  ["an unsent key", { "signature-input": input.replace('")', '" "idempotency-key")'), signature }, ""],
];

test("what is incomplete about a signature is said in both languages", async () => {
  const authenticate = createTerminalAuthenticator({ prover });
  for (const [what, headers, body] of incomplete) {
    const request = { method: "POST", url: "/v1/x", headers, rawBody: Buffer.from(body), ip: "" };
    const answer = await authenticate(request);
    assert.ok(answer !== null && "code" in answer, what);
    assert.equal(answer.code, "signature_incomplete", what);
    const problem = answer.errors?.[0]?.problem;
    assert.ok(typeof problem === "object", `${what}: ${String(problem)}`);
    assert.match(problem.zh, /\p{Script=Han}.*。$/u, what);
    assert.doesNotMatch(problem.en, /\p{Script=Han}/u, what);
  }
});
