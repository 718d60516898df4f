// For tests only: key files as merchants get them. Apart from the authority, whose keys cost time to make.
import forge from "node-forge";

/** A key file (.pfx, base64) under this password; with 3DES, as the library cannot write RC2. */
export function keyFile(
  { pem, privateKeyPem }: Readonly<{ pem: string; privateKeyPem: string }>,
  password: string,
): string {
  const structure = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(privateKeyPem),
    [forge.pki.certificateFromPem(pem)],
    password,
    { algorithm: "3des" },
  );
  return forge.util.encode64(forge.asn1.toDer(structure).getBytes());
}
