// Who a request says it is from: keys that are right, wrong and another merchant’s, and signatures of a terminal.
import { contentDigest, signRequest } from "@huiyin/contract/signature.ts";
import { strangeTexts } from "../values.ts";
import type { FuzzWorld } from "../world.ts";

export type Proof = "merchant" | "operator" | "other" | "none" | "wrong" | "signed" | "signedWrong";

/** The part of a request that a proof is about. */
type Made = Readonly<{
  method: string;
  url: string;
  headers: ReadonlyArray<readonly [name: string, value: string]>;
  proof: Proof;
}>;

let signed = 0;

export async function proofOf(
  made: Made,
  world: FuzzWorld,
  body: Buffer,
): Promise<Array<readonly [string, string]>> {
  const bearer = (key: string): Array<readonly [string, string]> => [["authorization", `Bearer ${key}`]];
  switch (made.proof) {
    case "merchant":
      return bearer(world.merchantKey);
    case "operator":
      return bearer(world.operatorKey);
    case "other":
      return bearer(world.otherKey);
    case "none":
      return [];
    case "wrong":
      return [
        [
          "authorization",
          strangeTexts[made.url.length % strangeTexts.length]?.replaceAll(/[^\x20-\x7e]/g, "") ?? "",
        ],
      ];
    case "signed":
    case "signedWrong":
      break;
  }
  const idempotencyKey = made.headers.find(([name]) => name === "idempotency-key")?.[1] ?? null;
  signed += 1;
  const moment = {
    createdSeconds: Math.floor(Date.now() / 1_000),
    nonce: `fuzz-${process.pid}-${signed}`.padEnd(16, "0"),
  };
  const headers = await signRequest(
    world.signer.key,
    { method: made.method, url: made.url, body, idempotencyKey },
    moment,
  );
  if (made.proof === "signed") return Object.entries(headers);
  return Object.entries({ ...headers, ...strangeProof(headers, signed) });
}

function strangeProof(headers: Readonly<Record<string, string>>, turn: number): Record<string, string> {
  const input = headers["signature-input"] ?? "";
  const ways: ReadonlyArray<Record<string, string>> = [
    { signature: `sig1=:${"A".repeat(86)}==:` },
    { "signature-input": input.replace("ed25519", "hmac-sha256") },
    { "signature-input": input.replace(/created=\d+/, "created=0") },
    { "signature-input": input.replace(/nonce="[^"]*"/, 'nonce=""') },
    { "signature-input": input.replace(/\([^)]*\)/, "()") },
    { "signature-input": `sig1=(${'"@method" '.repeat(800)});created=1` },
    { "signature-input": `${input}${";a=1".repeat(900)}` },
    { "signature-input": "sig1=(", signature: "" },
    { "content-digest": contentDigest(Buffer.from("x")) },
    { "content-digest": "sha-256=:" },
    { "signature-input": input.replace(/keyid="[^"]*"/, 'keyid="__proto__"') },
  ];
  return { ...ways[turn % ways.length] };
}
