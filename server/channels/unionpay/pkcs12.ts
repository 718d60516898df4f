// Reads the key file (.pfx) that UnionPay’s merchants get. It is encrypted with RC2-40 and 3DES, which OpenSSL 3 refuses to
// read, so node-forge (BSD-3-Clause) reads it here, once for each file.
import { createHash, createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import forge from "node-forge";

/** Why a key file is of no use. */
export type KeyFileProblem = "unreadable" | "wrongPassword" | "withoutKey" | "withoutCertificate";

export type KeyFile = Readonly<{ kind: "read"; privateKey: KeyObject; certificate: X509Certificate }>;
export type KeyFileReading = KeyFile | Readonly<{ kind: "refused"; problem: KeyFileProblem }>;

/** Results by fingerprint of file and password: the reading costs tens of milliseconds, and every request needs it. */
const readings = new Map<string, KeyFileReading>();
/** One file for each account; beyond this the oldest is read again. */
const readingsMax = 200;

/** The private key and its certificate. Never throws. @param base64 the file; white space does not matter */
export function readKeyFile(base64: string, password: string): KeyFileReading {
  const key = createHash("sha256")
    .update(JSON.stringify([base64, password]), "utf8")
    .digest("hex");
  const before = readings.get(key);
  if (before !== undefined) return before;
  const oldest = readings.size >= readingsMax ? readings.keys().next().value : undefined;
  if (oldest !== undefined) readings.delete(oldest);
  const reading = readFresh(base64, password);
  readings.set(key, reading);
  return reading;
}

/** Rounds of one derivation of a key, at most: banks write 2,000, the strictest tools 600,000 of a faster kind. */
const roundsMax = 100_000;
const depthMax = 40;

/**
 * Whether a derivation of the file asks for more rounds than is bearable: salt and rounds stand side by side. Looks into
 * texts that hold further structures; what is encrypted shows only to whoever knows the password, the operator.
 */
function isLaborious(node: forge.asn1.Asn1, depth = 0): boolean {
  if (depth > depthMax) return true;
  const { asn1 } = forge;
  if (typeof node.value === "string") {
    if (node.type !== asn1.Type.OCTETSTRING || node.tagClass !== asn1.Class.UNIVERSAL) return false;
    const inner = structureIn(node.value);
    return inner !== null && isLaborious(inner, depth + 1);
  }
  return node.value.some(
    (child, index, children) =>
      isLaborious(child, depth + 1) ||
      (child.type === asn1.Type.INTEGER &&
        children[index - 1]?.type === asn1.Type.OCTETSTRING &&
        Number(`0x${forge.util.bytesToHex(String(child.value)) || "0"}`) > roundsMax),
  );
}

function structureIn(der: string): forge.asn1.Asn1 | null {
  try {
    return forge.asn1.fromDer(der);
  } catch {
    return null;
  }
}

function readFresh(base64: string, password: string): KeyFileReading {
  const bytes = base64.replaceAll(/\s/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(bytes)) return refused("unreadable");
  const structure = structureIn(forge.util.decode64(bytes));
  if (structure === null || isLaborious(structure)) return refused("unreadable");
  try {
    return contentOf(forge.pkcs12.pkcs12FromAsn1(structure, password));
  } catch (error) {
    // The library says so in words only: a wrong password shows at the seal, or at the key itself where there is none.
    const wrong = error instanceof Error && /password|MAC could not|decrypt/i.test(error.message);
    return refused(wrong ? "wrongPassword" : "unreadable");
  }
}

function contentOf(file: forge.pkcs12.Pkcs12Pfx): KeyFileReading {
  const keys = [forge.pki.oids["pkcs8ShroudedKeyBag"], forge.pki.oids["keyBag"]].flatMap((type) =>
    bagsOf(file, type).flatMap(({ key }) => (key ? [key] : [])),
  );
  const [key] = keys;
  if (key === undefined) return refused("withoutKey");
  const privateKey = createPrivateKey(forge.pki.privateKeyToPem(key));
  const certificates = bagsOf(file, forge.pki.oids["certBag"]).flatMap(({ cert }) =>
    cert ? [new X509Certificate(forge.pki.certificateToPem(cert))] : [],
  );
  const certificate = certificates.find((each) => each.checkPrivateKey(privateKey));
  return certificate === undefined
    ? refused("withoutCertificate")
    : { kind: "read", privateKey, certificate };
}

function bagsOf(file: forge.pkcs12.Pkcs12Pfx, bagType: string | undefined): readonly forge.pkcs12.Bag[] {
  return bagType === undefined ? [] : (file.getBags({ bagType })[bagType] ?? []);
}

function refused(problem: KeyFileProblem): KeyFileReading {
  return { kind: "refused", problem };
}
