// The authenticator of terminals: requests signed by RFC 9421 with the device key.
import {
  componentValues,
  contentDigest,
  parseSignature,
  signatureBase,
  type ParsedSignature,
  type SignatureComponent,
} from "@huiyin/contract/signature.ts";
import type { Localized } from "@huiyin/contract/words.ts";
import type { Refusal } from "../../../kernel/result.ts";
import type { AuthenticationRequest, Authenticator } from "../../../platform/http/authentication.ts";
import type { Prover } from "./service.ts";

/** Answers null for requests without Signature-Input: they carry another kind of proof, or none. */
export function createTerminalAuthenticator(deps: Readonly<{ prover: Prover }>): Authenticator {
  return async (request) => {
    if (request.headers["signature-input"] === undefined) return null;
    const input = single(request, "signature-input");
    const signature = single(request, "signature");
    if (input === null || signature === null)
      return incomplete({
        zh: "Signature-Input 与 Signature 必须各发送一次。",
        en: "Signature-Input and Signature must each be sent once.",
      });
    const parsed = parseSignature(input, signature);
    if ("zh" in parsed) return incomplete(parsed);
    const problem = bodyProblem(request) ?? coverageProblem(request, parsed);
    if (problem !== null) return problem;
    const values = componentValues({
      method: request.method,
      url: request.url,
      contentDigest: single(request, "content-digest"),
      idempotencyKey: single(request, "idempotency-key"),
    });
    const message = signatureBase(parsed.components, values, parsed.parameters);
    const { keyId, createdSeconds, nonce } = parsed;
    const proved = await deps.prover.prove({
      terminalId: keyId,
      createdSeconds,
      nonce,
      message,
      signature: parsed.signature,
    });
    if (!proved.ok) return proved.refusal;
    return { role: "terminal", merchantId: proved.value.merchantId, terminalId: keyId };
  };
}

/** The digest must be that of the bytes received: the signature covers the digest, not the body. */
function bodyProblem(request: AuthenticationRequest): Refusal | null {
  if (request.rawBody.length === 0 && request.headers["content-digest"] === undefined) return null;
  const given = single(request, "content-digest");
  if (given === null)
    return incomplete({
      zh: "有正文的请求需要一个 Content-Digest。",
      en: "a request with a body needs one Content-Digest.",
    });
  if (!given.startsWith("sha-256=:"))
    return incomplete({ zh: "Content-Digest 应为 sha-256。", en: "Content-Digest must be sha-256." });
  return given === contentDigest(request.rawBody) ? null : { code: "body_digest_mismatch", facts: {} };
}

/** Whatever decides about money must be signed: an uncovered part could be exchanged on the way. */
function coverageProblem(request: AuthenticationRequest, parsed: ParsedSignature): Refusal | null {
  const needed: SignatureComponent[] = ["@method", "@path", "@query"];
  if (request.rawBody.length > 0) needed.push("content-digest");
  if (request.headers["idempotency-key"] !== undefined) needed.push("idempotency-key");
  const missing = needed.filter((name) => !parsed.components.includes(name));
  if (missing.length > 0)
    return incomplete({ zh: `未签名：${missing.join("、")}。`, en: `not signed: ${missing.join(", ")}.` });
  const absent = parsed.components.filter((name) => !name.startsWith("@") && single(request, name) === null);
  if (absent.length === 0) return null;
  return incomplete({
    zh: `已签名但没有发送，或发送了两次：${absent.join("、")}。`,
    en: `signed but not sent, or sent twice: ${absent.join(", ")}.`,
  });
}

function incomplete(problem: Localized): Refusal {
  return { code: "signature_incomplete", facts: {}, errors: [{ field: "signature", problem }] };
}

function single(request: AuthenticationRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === "string" ? value : null;
}
