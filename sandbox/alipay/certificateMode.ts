// Certificate mode at the front door: instead of bare keys, caller and gateway name the certificates they sign with.
import type { WireParameters } from "@huiyin/server/channels/alipay/codec.ts";
import type { SigningMode } from "../book/model.ts";

/** What the gateway signs and checks with in certificate mode. Serial numbers are Alipay’s: MD5 of issuer and number. */
export type AlipayCertificates = Readonly<{
  rootSerial: string;
  alipaySerial: string;
  /** PEM; signs answers and notifications to whoever comes with certificates. */
  alipayPrivateKey: string;
  /** Of the certificate issued to this app; null where none was. */
  appSerialOf(appId: string): string | null;
}>;

/** Whether a request comes with certificates: it names at least one. */
export function modeOf(parameters: WireParameters): SigningMode {
  return given(parameters, "app_cert_sn") || given(parameters, "alipay_root_cert_sn") ? "certificate" : "key";
}

/** The sub-code for what is wrong with the certificates a request names, or null. */
export function certificateProblem(
  parameters: WireParameters,
  certificates: AlipayCertificates | null,
): string | null {
  if (!given(parameters, "app_cert_sn")) return "isv.missing-app-cert-sn";
  if (!given(parameters, "alipay_root_cert_sn")) return "isv.missing-alipay-root-cert-sn";
  const issued = certificates?.appSerialOf(parameters.get("app_id") ?? "") ?? null;
  if (issued === null || issued !== parameters.get("app_cert_sn")) return "isv.app-cert-not-exist";
  return certificates?.rootSerial === parameters.get("alipay_root_cert_sn")
    ? null
    : "isv.invalid-alipay-root-cert-sn";
}

function given(parameters: WireParameters, name: string): boolean {
  return (parameters.get(name) ?? "") !== "";
}
