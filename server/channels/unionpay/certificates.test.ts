// Whose certificate counts, against an authority of the tests: the published vectors hold one certificate only.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import forge from "node-forge";
import { certificateIdOf, judgeCertificate, productionHolder, testHolder } from "./certificates.ts";
import { readKeyFile } from "./pkcs12.ts";
import { gatewayCertificate, issue, merchantCertificate, middle, root } from "./testing/authority.ts";
import { keyFile } from "./testing/keyFile.ts";

const authorities = {
  middlePem: middle.pem,
  rootPem: root.pem,
  holders: [productionHolder, testHolder],
};
const noon = new Date("2026-03-01T04:00:00Z");
const named = (commonName: string, issuer = middle) =>
  issue({ commonName, serial: 9n, issuer, authority: "no" });

// name, certificate → problem, or null where it counts
for (const [name, pem, problem] of [
  ["of the test gateway", gatewayCertificate.pem, null],
  ["of production", named(`041@Z1@${productionHolder}@00000001`).pem, null],
  ["of a merchant", merchantCertificate.pem, "holderWrong"],
  ["with UnionPay’s name in another place", named(`${testHolder}@Z1@x@${testHolder}`).pem, "holderWrong"],
  ["with a name that begins like UnionPay’s", named(`041@Z1@${testHolder}1@1`).pem, "holderWrong"],
  ["without parts", named(testHolder).pem, "holderWrong"],
  ["issued by a merchant", named("041@Z1@00040000:SIGN@1", merchantCertificate).pem, "notOfMiddle"],
  ["issued by the root itself", named("041@Z1@00040000:SIGN@1", root).pem, "notOfMiddle"],
  [
    "issued by itself",
    issue({ commonName: "041@Z1@00040000:SIGN@1", serial: 9n, issuer: null }).pem,
    "notOfMiddle",
  ],
  ["that is none", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "unreadable"],
] as const) {
  test(`a certificate ${name} ${problem === null ? "counts" : `is refused: ${problem}`}`, () => {
    const verdict = judgeCertificate(pem, authorities, noon);
    assert.equal(verdict.kind === "refused" ? verdict.problem : null, problem);
    assert.deepEqual(judgeCertificate(pem, authorities, noon), verdict, "asked again");
  });
}

test("an authority of the same name with another key vouches for nothing", () => {
  const impostor = issue({ commonName: "Test Middle", serial: 2n, issuer: null, authority: "yes" });
  const verdict = judgeCertificate(gatewayCertificate.pem, { ...authorities, middlePem: impostor.pem }, noon);
  assert.deepEqual(verdict, { kind: "refused", problem: "middleNotOfRoot" });
  const byImpostor = named("041@Z1@00040000:SIGN@1", impostor);
  assert.deepEqual(judgeCertificate(byImpostor.pem, authorities, noon), {
    kind: "refused",
    problem: "notOfMiddle",
  });
});

test("a middle certificate that may issue nobody, or has another name than the issuer, vouches for nothing", () => {
  const powerless = issue({ commonName: "Test Middle", serial: 2n, issuer: root, authority: "no" });
  const renamed = { ...middle, commonName: "Another Middle" };
  for (const [own, issuer, problem] of [
    [powerless, powerless, "notOfMiddle"],
    [middle, renamed, "notOfMiddle"],
  ] as const) {
    const verdict = judgeCertificate(
      named("041@Z1@00040000:SIGN@1", issuer).pem,
      { ...authorities, middlePem: own.pem },
      noon,
    );
    assert.deepEqual(verdict, { kind: "refused", problem });
  }
});

test("validity is judged at the moment that is handed in, of the certificate and of its authorities alike", () => {
  const shortLived = issue({
    commonName: "Test Middle",
    serial: 3n,
    issuer: root,
    authority: "yes",
    validTo: new Date("2026-06-01T00:00:00Z"),
  });
  const leaf = named("041@Z1@00040000:SIGN@1", shortLived);
  const at = (moment: string) => {
    const own = { ...authorities, middlePem: shortLived.pem };
    const verdict = judgeCertificate(leaf.pem, own, new Date(moment));
    return verdict.kind === "refused" ? verdict.problem : "trusted";
  };
  assert.equal(at("2019-12-31T23:59:59Z"), "notYetValid");
  assert.equal(at("2026-05-31T23:59:59Z"), "trusted");
  assert.equal(at("2026-06-01T00:00:01Z"), "expired");
  assert.equal(at("2026-05-31T23:59:59Z"), "trusted");
});

test("a key file gives its key and certificate, and a clear reason where it does not", () => {
  const file = keyFile(merchantCertificate, "000000");
  const reading = readKeyFile(file, "000000");
  assert.ok(reading.kind === "read");
  assert.ok(reading.privateKey.equals(createPrivateKey(merchantCertificate.privateKeyPem)));
  assert.equal(certificateIdOf(reading.certificate), "68759663125");
  assert.deepEqual(readKeyFile(file, "000001"), { kind: "refused", problem: "wrongPassword" });
  assert.deepEqual(readKeyFile(file, ""), { kind: "refused", problem: "wrongPassword" });
  for (const bad of ["", "x y z", "AAAA", file.slice(0, 400), Buffer.from("hello").toString("base64")]) {
    assert.deepEqual(readKeyFile(bad, "000000"), { kind: "refused", problem: "unreadable" }, bad);
  }
  const stranger = { ...merchantCertificate, pem: gatewayCertificate.pem };
  assert.deepEqual(readKeyFile(keyFile(stranger, "1"), "1"), {
    kind: "refused",
    problem: "withoutCertificate",
  });
});

test("a key file that asks for rounds beyond reason, at its seal or inside, is refused and not worked at", () => {
  const sealed = forge.asn1.fromDer(forge.util.decode64(keyFile(merchantCertificate, "1")));
  const seal = (sealed.value as forge.asn1.Asn1[])[2]?.value as forge.asn1.Asn1[];
  // 2 147 483 647 rounds.
  (seal[2] as { value: string }).value = "\x7f\xff\xff\xff";
  const certificate = forge.pki.certificateFromPem(merchantCertificate.pem);
  const key = forge.pki.privateKeyFromPem(merchantCertificate.privateKeyPem);
  const inside = forge.pkcs12.toPkcs12Asn1(key, [certificate], "1", { useMac: false, count: 100_001 });
  for (const file of [sealed, inside]) {
    const base64 = forge.util.encode64(forge.asn1.toDer(file).getBytes());
    assert.deepEqual(readKeyFile(base64, "1"), { kind: "refused", problem: "unreadable" });
  }
});

const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
const legacy = ((): "yes" | "no" => {
  try {
    openssl("list", "-providers", "-provider", "legacy");
    return "yes";
  } catch {
    return "no";
  }
})();

test(
  "a key file as UnionPay makes them, with RC2-40, is read; so is one without a key refused by name",
  { skip: legacy === "yes" ? false : "openssl with its legacy provider is not at hand" },
  () => {
    const directory = fs.mkdtempSync(join(tmpdir(), "unionpay-"));
    const path = (name: string) => join(directory, name);
    try {
      fs.writeFileSync(path("key.pem"), merchantCertificate.privateKeyPem);
      fs.writeFileSync(path("cert.pem"), merchantCertificate.pem);
      const from = ["-inkey", path("key.pem"), "-in", path("cert.pem"), "-passout", "pass:000000"];
      openssl("pkcs12", "-export", "-legacy", ...from, "-out", path("legacy.pfx"));
      const nokeys = ["-in", path("cert.pem"), "-passout", "pass:000000", "-nokeys"];
      openssl("pkcs12", "-export", "-legacy", ...nokeys, "-out", path("nokeys.pfx"));
      const base64 = (name: string) => fs.readFileSync(path(name)).toString("base64");
      const described = openssl(
        ...["pkcs12", "-legacy", "-info", "-noout", "-in", path("legacy.pfx"), "-passin", "pass:000000"],
      );
      assert.equal(described.length, 0);
      const reading = readKeyFile(base64("legacy.pfx"), "000000");
      assert.ok(reading.kind === "read");
      assert.ok(reading.certificate.checkPrivateKey(reading.privateKey));
      assert.equal(
        reading.certificate.fingerprint256,
        new X509Certificate(merchantCertificate.pem).fingerprint256,
      );
      assert.deepEqual(readKeyFile(base64("legacy.pfx"), "111111"), {
        kind: "refused",
        problem: "wrongPassword",
      });
      assert.deepEqual(readKeyFile(base64("nokeys.pfx"), "000000"), {
        kind: "refused",
        problem: "withoutKey",
      });
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  },
);
