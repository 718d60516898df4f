// What callers are shown of keys, sessions and themselves.
import type {
  Credential as CredentialSchema,
  Identity,
  Session as SessionSchema,
} from "@huiyin/contract/api/identity.ts";
import { rfc3339 } from "../../kernel/time.ts";
import type { Credential, Session, WhoAmI } from "./model.ts";

export function credentialView({
  id,
  subject,
  name,
  lastFour,
  createdAt,
  revokedAt,
}: Credential): CredentialSchema {
  return {
    id,
    role: subject.role,
    merchantId: subject.merchantId,
    name,
    lastFour,
    createdAt: rfc3339(createdAt),
    revokedAt: revokedAt === null ? null : rfc3339(revokedAt),
  };
}

export function sessionView({ id, subject, createdAt, expiresAt }: Session): SessionSchema {
  return {
    id,
    role: subject.role,
    merchantId: subject.merchantId,
    createdAt: rfc3339(createdAt),
    expiresAt: rfc3339(expiresAt),
  };
}

export function identityView({ subject, names, proof, credentialId, expiresAt }: WhoAmI): Identity {
  return {
    role: subject.role,
    names,
    merchantId: subject.merchantId,
    proof,
    credentialId,
    expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
  };
}
