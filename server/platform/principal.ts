// Who is asking: the answer of an authenticator, carried by every request.
import type { Role } from "@huiyin/contract/words.ts";

/** Ids are public ids: mer_…, trm_…; `credentialId` is a key_… or, for a console session, a ses_… */
export type Principal =
  | Readonly<{ role: Extract<Role, "operator">; credentialId: string }>
  | Readonly<{ role: Extract<Role, "merchant">; merchantId: string; credentialId: string }>
  | Readonly<{ role: Extract<Role, "terminal">; merchantId: string; terminalId: string }>;
