// Tells what is wrong with an account by name and field, and moves nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addSeconds } from "../../kernel/time.ts";
import type { Transport } from "../port.ts";
import { unionpay } from "./client.ts";
import { answerBody } from "./codec.ts";
import { account, gateway, ioWith, noon, replying, signedByGateway } from "./fixtures.ts";
import { gatewayCertificate, issue, merchantCertificate, middle, root } from "./testing/authority.ts";
import { keyFile } from "./testing/keyFile.ts";

const knowsNothing = gateway(() => ({ respCode: "34", respMsg: "查无此交易[2600000]" }));
const says = (respCode: string) => gateway(() => ({ respCode, respMsg: `[${respCode}]` }));
const signedBy =
  (signer: Parameters<typeof signedByGateway>[1]): Transport =>
  async (request) =>
    replying(answerBody(await signedByGateway([["respCode", "34"]], signer)))(request);
const soon = addSeconds(noon, 20 * 86_400);
const own = (validTo: Date) =>
  issue({ commonName: merchantCertificate.commonName, serial: 77n, issuer: middle, validTo });
const pem = ({ pem: certificate, privateKeyPem }: ReturnType<typeof own>) => ({
  ...account,
  ...{ signCertificatePem: certificate, signPrivateKeyPem: privateKeyPem },
});
const file = (pfxBase64: string, pfxPassword: string) => ({
  ...account,
  ...{ signCertificatePem: "", signPrivateKeyPem: "", pfxBase64, pfxPassword },
});
const genuineFile = keyFile(merchantCertificate, "000000");
const impostorMiddle = issue({ commonName: "Test Middle", serial: 2n, issuer: null, authority: "yes" });
const productionUrl = "https://gateway.95516.com/gateway/api";

// account, gateway → finding and field
for (const [name, configured, transport, code, field] of [
  [
    "whose key is of another certificate",
    { ...account, signPrivateKeyPem: gatewayCertificate.privateKeyPem },
    knowsNothing,
    "privateKeyNotOfCertificate",
    "signPrivateKeyPem",
  ],
  [
    "whose certificate is none",
    { ...account, signCertificatePem: "x" },
    knowsNothing,
    "certificateUnreadable",
    "signCertificatePem",
  ],
  [
    "whose key is none",
    { ...account, signPrivateKeyPem: "x" },
    knowsNothing,
    "privateKeyUnreadable",
    "signPrivateKeyPem",
  ],
  [
    "whose key file has another password",
    file(genuineFile, "1"),
    knowsNothing,
    "keyFileWrongPassword",
    "pfxPassword",
  ],
  ["whose key file is none", file("AAAA", "1"), knowsNothing, "keyFileUnreadable", "pfxBase64"],
  [
    "whose own certificate has expired",
    pem(own(addSeconds(noon, -1))),
    knowsNothing,
    "certificateExpired",
    "signCertificatePem",
  ],
  [
    "whose root certificate is none",
    { ...account, rootCertificatePem: "x" },
    knowsNothing,
    "rootUnreadable",
    "rootCertificatePem",
  ],
  [
    "whose middle certificate is none",
    { ...account, middleCertificatePem: "" },
    knowsNothing,
    "middleUnreadable",
    "middleCertificatePem",
  ],
  [
    "with root and middle of two environments",
    { ...account, middleCertificatePem: impostorMiddle.pem },
    knowsNothing,
    "middleNotOfRoot",
    "middleCertificatePem",
  ],
  ["that UnionPay cannot verify", account, says("11"), "signatureRefused", "signCertificatePem"],
  [
    "with a key file that UnionPay cannot verify",
    file(genuineFile, "000000"),
    says("11"),
    "signatureRefused",
    "pfxBase64",
  ],
  ["without permission", account, says("32"), "merchantRefused", "merId"],
  ["at a busy gateway", account, says("06"), "channelBusy", null],
  ["whose answer nobody documented", account, says("99"), "refusedByChannel", null],
  [
    "at a gateway that is not there",
    account,
    () => Promise.reject(new Error("x")),
    "gatewayUnreachable",
    "gatewayUrl",
  ],
  ["at a web page", account, replying("<html></html>"), "gatewayStrange", "gatewayUrl"],
  [
    "in production with an answer of the test gateway",
    { ...account, gatewayUrl: productionUrl },
    knowsNothing,
    "holderWrong",
    "gatewayUrl",
  ],
  [
    "answered under another authority",
    account,
    signedBy(issue({ commonName: "041@Z@00040000:SIGN@1", serial: 4n, issuer: root })),
    "unionpayCertificateRefused",
    "middleCertificatePem",
  ],
  [
    "answered under an expired certificate",
    account,
    signedBy(
      issue({
        commonName: "041@Z@00040000:SIGN@1",
        serial: 4n,
        issuer: middle,
        validTo: addSeconds(noon, -1),
      }),
    ),
    "unionpayCertificateExpired",
    null,
  ],
] as ReadonlyArray<readonly [string, typeof account, Transport, string, string | null]>) {
  test(`an account ${name} is refused as ${code}`, async () => {
    const { outcome } = await unionpay.probe(ioWith(transport), configured);
    assert.ok(outcome.kind === "refused", outcome.kind);
    const { finding } = outcome;
    assert.deepEqual([finding.code, finding.field], [code, field]);
    for (const { zh, en } of [finding.title, finding.next]) {
      assert.match(zh, /\p{Script=Han}/u);
      assert.notEqual(en, "");
    }
  });
}

test("a working account is ready in both modes, and warned a month before its certificate ends", async () => {
  for (const configured of [account, file(genuineFile, "000000")]) {
    const { outcome, exchange } = await unionpay.probe(ioWith(knowsNothing), configured);
    assert.deepEqual(outcome, { kind: "ready", warnings: [] });
    assert.equal(exchange?.request["txnType"], "00");
  }
  const { outcome } = await unionpay.probe(ioWith(knowsNothing), pem(own(soon)));
  // The gateway of the tests knows one certificate: what is warned of here is told before anything is sent.
  assert.ok(outcome.kind === "refused" && outcome.finding.code === "signatureRefused");
  const ready = await unionpay.probe(ioWith(signedBy(gatewayCertificate)), pem(own(soon)));
  assert.ok(ready.outcome.kind === "ready");
  assert.deepEqual(
    ready.outcome.warnings.map(({ code, field }) => [code, field]),
    [["certificateExpiresSoon", "signCertificatePem"]],
  );
});

test("what a gateway says without a signature may name a mistake, and never makes an account ready", async () => {
  const unsigned = (respCode: string) => ioWith(replying(`respCode=${respCode}&respMsg=x`));
  const named = await unionpay.probe(unsigned("11"), account);
  assert.ok(named.outcome.kind === "refused" && named.outcome.finding.code === "signatureRefused");
  for (const code of ["00", "34"]) {
    const { outcome } = await unionpay.probe(unsigned(code), account);
    assert.ok(outcome.kind === "refused" && outcome.finding.code === "gatewayStrange", code);
  }
});
