// The certificates of the simulated Alipay: a root, an intermediate, Alipay’s own, and one for each app. Play money only.
// Made when somebody first asks for them, as most never do, and kept in the data directory from then on.
import { createHash, generateKeyPair, X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AlipayCertificates } from "./alipay/certificateMode.ts";
import { certificatePem } from "./certificateDer.ts";
import { ensurePrivateKey, publicKeyOf } from "./keys.ts";

/** What one merchant needs to speak with certificates instead of bare keys, as PEM. */
export type AppCertificates = Readonly<{
  appCertPem: string;
  /** Alipay’s own certificate, and the intermediate that issued it. */
  alipayCertPem: string;
  /** Every root, one of them signed with SM2: it does not count for the serial number. */
  alipayRootCertPem: string;
}>;

export type CertificateOffice = Readonly<{
  /** What the gateway signs and checks with. */
  alipay(): Promise<AlipayCertificates>;
  /** The certificates of an app; its own is issued for this public key (PEM) at the first time. */
  issue(appId: string, publicKey: string): Promise<AppCertificates>;
}>;

/** The office over a directory. Two callers at once make one set. */
export function createCertificateOffice(directory: string): CertificateOffice {
  let authority: Promise<Authority> | null = null;
  const opened = (): Promise<Authority> => (authority ??= openAuthority(directory));
  const issuing = new Map<string, Promise<AppCertificates>>();
  // Asked for with every request, and reading a certificate costs as much as a signature: each text is read once.
  const appSerials = new Map<string, string>();
  const appSerialOf = (appId: string): string | null => {
    const path = appPath(directory, appId);
    if (!fs.existsSync(path)) return null;
    const pem = fs.readFileSync(path, "utf8");
    const serial = appSerials.get(pem) ?? serialOf(pem);
    appSerials.set(pem, serial);
    return serial;
  };
  let alipay: Promise<AlipayCertificates> | null = null;
  const openedAlipay = async (): Promise<AlipayCertificates> => {
    const { rootsPem, alipayPem, alipayPrivateKey } = await opened();
    const serials = { rootSerial: rootSerialOf(rootsPem), alipaySerial: serialOf(alipayPem) };
    return { ...serials, alipayPrivateKey, appSerialOf };
  };
  return {
    alipay: () => (alipay ??= openedAlipay()),
    issue: (appId, publicKey) => {
      const under =
        issuing.get(appId) ?? opened().then((made) => issueApp(directory, made, { appId, publicKey }));
      issuing.set(appId, under);
      return under;
    },
  };
}

type Authority = Readonly<{
  rootsPem: string;
  intermediatePem: string;
  alipayPem: string;
  alipayPrivateKey: string;
  intermediatePrivateKey: string;
}>;

const rootName = "Huiyin Sandbox Certification Authority R1";
const intermediateName = "Huiyin Sandbox Certification Authority Class 2 R1";

async function openAuthority(directory: string): Promise<Authority> {
  const path = (name: string): string => join(directory, `${name}.crt`);
  const [rootPrivateKey, intermediatePrivateKey, alipayPrivateKey] = await Promise.all([
    ensurePrivateKey(directory, "certificate-root"),
    ensurePrivateKey(directory, "certificate-intermediate"),
    ensurePrivateKey(directory, "certificate-alipay"),
  ]);
  if (!fs.existsSync(path("alipay"))) {
    const byRoot = { issuer: rootName, issuerPrivateKey: rootPrivateKey, signature: "rsa" } as const;
    const root = { subject: rootName, publicKey: publicKeyOf(rootPrivateKey), kind: "authority" } as const;
    keep(path("roots"), certificatePem({ ...root, ...byRoot }) + (await sm2Root()));
    const intermediate = { subject: intermediateName, publicKey: publicKeyOf(intermediatePrivateKey) };
    keep(path("intermediate"), certificatePem({ ...intermediate, ...byRoot, kind: "authority" }));
    // Last: whoever finds it finds everything before it.
    const alipay = { subject: "Huiyin Sandbox Alipay", publicKey: publicKeyOf(alipayPrivateKey) };
    keep(path("alipay"), certificatePem({ ...alipay, ...issuedWith(intermediatePrivateKey) }));
  }
  const [rootsPem = "", intermediatePem = "", alipayPem = ""] = ["roots", "intermediate", "alipay"].map(
    (name) => fs.readFileSync(path(name), "utf8"),
  );
  return { rootsPem, intermediatePem, alipayPem, alipayPrivateKey, intermediatePrivateKey };
}

/** What every certificate of a holder has in common. */
function issuedWith(intermediatePrivateKey: string) {
  return {
    issuer: intermediateName,
    issuerPrivateKey: intermediatePrivateKey,
    signature: "rsa",
    kind: "holder",
  } as const;
}

/** A second root as Alipay’s own file has them, signed with SM2: whoever counts it names a serial that nobody knows. */
async function sm2Root(): Promise<string> {
  const name = "Huiyin Sandbox Certification Authority SM2 R1";
  const { privateKey, publicKey } = await promisify(generateKeyPair)("ec", { namedCurve: "SM2" });
  return certificatePem({
    subject: name,
    issuer: name,
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    issuerPrivateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    signature: "sm2",
    kind: "authority",
  });
}

function issueApp(
  directory: string,
  authority: Authority,
  app: Readonly<{ appId: string; publicKey: string }>,
): AppCertificates {
  const path = appPath(directory, app.appId);
  if (!fs.existsSync(path)) {
    const own = { subject: app.appId, publicKey: app.publicKey };
    keep(path, certificatePem({ ...own, ...issuedWith(authority.intermediatePrivateKey) }));
  }
  return {
    appCertPem: fs.readFileSync(path, "utf8"),
    alipayCertPem: `${authority.alipayPem}${authority.intermediatePem}`,
    alipayRootCertPem: authority.rootsPem,
  };
}

function appPath(directory: string, appId: string): string {
  return join(directory, `app-${appId}.crt`);
}

/** Written aside and renamed, so that a kill never leaves half a certificate. */
function keep(path: string, pem: string): void {
  fs.writeFileSync(`${path}.new`, pem, { mode: 0o600 });
  fs.renameSync(`${path}.new`, path);
}

/** Alipay’s serial number of a certificate: MD5 over the issuer, its parts from the last to the first, and the decimal serial. */
export function serialOf(pem: string): string {
  const { issuer, serialNumber } = new X509Certificate(pem);
  const name = issuer.split("\n").toReversed().join(",");
  return createHash("md5")
    .update(`${name}${BigInt(`0x${serialNumber}`)}`)
    .digest("hex");
}

const rsaSignatures = /^1\.2\.840\.113549\.1\.1\./;

/** The serial numbers of all roots that are signed with RSA, joined by “_”. */
export function rootSerialOf(pems: string): string {
  const each = pems.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return each
    .filter((pem) => rsaSignatures.test(new X509Certificate(pem).signatureAlgorithmOid))
    .map(serialOf)
    .join("_");
}
