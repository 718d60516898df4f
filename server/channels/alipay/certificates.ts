// Certificates as Alipay hands them out: their serials, and who issued whom.
import { createHash, X509Certificate } from "node:crypto";
import { remembering } from "../remembered.ts";

const block = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Every certificate of a PEM text, in its order. Throws where there is none, or one cannot be read. */
export const certificatesIn = remembering((pem: string): readonly X509Certificate[] => {
  const blocks = pem.match(block) ?? [];
  if (blocks.length === 0) throw new TypeError("no certificate in the text");
  return blocks.map((text) => new X509Certificate(text));
});

/** The first certificate of a PEM text: in a file with a chain, the one it is about. Throws like `certificatesIn`. */
export function leafOf(pem: string): X509Certificate {
  const [leaf] = certificatesIn(pem);
  if (leaf === undefined) throw new TypeError("no certificate in the text");
  return leaf;
}

/**
 * Alipay’s serial of a certificate: lower-case MD5 over the issuer as “CN=…,OU=…,O=…,C=…” and the decimal serial number.
 * MD5 names here, it protects nothing.
 */
export function serialOf(certificate: X509Certificate): string {
  const issuer = certificate.issuer.split("\n").toReversed().join(",");
  const number = BigInt(`0x${certificate.serialNumber}`).toString();
  return createHash("md5")
    .update(issuer + number, "utf8")
    .digest("hex");
}

/** Signatures by RSA, whatever the digest; SM2 and ECDSA lie elsewhere. */
const rsaSignatures = /^1\.2\.840\.113549\.1\.1\./;

/** The serials of all roots signed by RSA, joined as the gateway wants them; SM2 roots do not count. Throws like `certificatesIn`. */
export function rootSerialsOf(pem: string): string {
  return certificatesIn(pem)
    .filter(({ signatureAlgorithmOid }) => rsaSignatures.test(signatureAlgorithmOid))
    .map(serialOf)
    .join("_");
}

/** How far a certificate leads: to a root of ours, to an issuer that is not at hand, or to one that did not sign it. */
export type Chain = "complete" | "incomplete" | "broken";

/** Longest chain that is followed: leaf, two intermediates and a root are usual. */
const chainLengthMax = 6;

/** Follows the first certificate of `pem` over those after it to one of the roots. */
export function chainOf(pem: string, rootsPem: string): Chain {
  const roots = certificatesIn(rootsPem);
  const [leaf, ...others] = certificatesIn(pem);
  let current = leaf;
  for (let length = 1; length <= chainLengthMax && current !== undefined; length += 1) {
    const { fingerprint256 } = current;
    if (roots.some((root) => root.fingerprint256 === fingerprint256)) return "complete";
    const child: X509Certificate = current;
    // Nobody vouches for it but itself, and it is no root of ours.
    if (child.subject === child.issuer) return "broken";
    const named: X509Certificate[] = [...others.filter(({ ca }) => ca), ...roots].filter(
      (candidate) => candidate.fingerprint256 !== fingerprint256 && candidate.subject === child.issuer,
    );
    if (named.length === 0)
      return others.some(({ subject }) => subject === child.issuer) ? "broken" : "incomplete";
    current = named.find((issuer) => signed(issuer, child));
    if (current === undefined) return "broken";
  }
  return "broken";
}

/** False also where the issuer’s kind of key cannot be read, such as SM2. */
function signed(issuer: X509Certificate, child: X509Certificate): boolean {
  try {
    return child.checkIssued(issuer) && child.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
