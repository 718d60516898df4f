// GET /v3/certificates, both halves: the platform's certificates, sealed under the API v3 key.
import type { X509Certificate } from "node:crypto";
import { aeadAlgorithm, apiV3KeyBytes, sealed, unsealed } from "../crypto/aead.ts";
import { certificatesIn, serialOf } from "../crypto/rsa.ts";
import { memberIn, parsedObject, textIn } from "../json.ts";
import { rfc3339Seconds } from "../time.ts";

const associatedData = "certificate";

/** The gateway’s side: the body of the answer. @param nonces one of 12 characters for each certificate */
export function certificatesAnswer(
  certificates: ReadonlyArray<Readonly<{ certificatePem: string; nonce: string }>>,
  apiV3Key: string,
): string {
  const data = certificates.map(({ certificatePem, nonce }) => {
    const [certificate] = certificatesIn(certificatePem);
    if (certificate === undefined) throw new TypeError("no certificate");
    return {
      serial_no: serialOf(certificate),
      effective_time: rfc3339Seconds(certificate.validFromDate),
      expire_time: rfc3339Seconds(certificate.validToDate),
      encrypt_certificate: {
        algorithm: aeadAlgorithm,
        nonce,
        associated_data: associatedData,
        ciphertext: sealed(certificatePem, apiV3Key, { nonce, associatedData }).ciphertext,
      },
    };
  });
  return JSON.stringify({ data });
}

/** The certificates of an answer, each under its own serial; null where one was altered, or the key is another or none. */
export function certificatesOf(body: string, apiV3Key: string): readonly X509Certificate[] | null {
  const data = parsedObject(body)?.get("data");
  if (Buffer.byteLength(apiV3Key) !== apiV3KeyBytes) return null;
  if (!Array.isArray(data)) return null;
  const found: X509Certificate[] = [];
  for (const item of data as readonly unknown[]) {
    const entry = memberIn(item);
    const box = memberIn(entry?.get("encrypt_certificate"));
    const [nonce, ciphertext] = [textIn(box, "nonce"), textIn(box, "ciphertext")];
    if (entry === null || nonce === null || ciphertext === null) return null;
    if (textIn(box, "algorithm") !== aeadAlgorithm) return null;
    const pem = unsealed(
      { nonce, ciphertext, associatedData: textIn(box, "associated_data") ?? "" },
      apiV3Key,
    );
    const certificate = pem === null ? null : certificateOf(pem);
    // The serial beside it is not sealed: it must be the certificate’s own.
    if (certificate === null || serialOf(certificate) !== textIn(entry, "serial_no")) return null;
    found.push(certificate);
  }
  return found;
}

function certificateOf(pem: string): X509Certificate | null {
  try {
    return certificatesIn(pem)[0] ?? null;
  } catch {
    return null;
  }
}
