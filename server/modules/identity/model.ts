// Keys, sessions and one-time links as the module knows them.
import type { Localized, Role } from "@huiyin/contract/words.ts";

/** The roles that sign in; terminals sign each request with their own key instead. */
export type SignedInRole = Exclude<Role, "terminal">;

/** Whom a key, a session or a link speaks for. The merchant is null for an operator, and only then. */
export type Subject =
  Readonly<{ role: "operator"; merchantId: null }> | Readonly<{ role: "merchant"; merchantId: string }>;

export type Credential = Readonly<{
  id: string;
  subject: Subject;
  name: string;
  lastFour: string;
  createdAt: Date;
  revokedAt: Date | null;
}>;

export type Session = Readonly<{
  id: string;
  subject: Subject;
  createdAt: Date;
  /** Moves on with use. */
  expiresAt: Date;
  /** Never moves. */
  endsAt: Date;
}>;

export type NewSession = Session & Readonly<{ tokenHash: Buffer }>;
export type NewCredential = Credential & Readonly<{ keyHash: Buffer; actor: string }>;
export type NewLink = Readonly<{
  tokenHash: Buffer;
  subject: Subject;
  actor: string;
  createdAt: Date;
  expiresAt: Date;
}>;

/** Who is asking, for people. */
export type WhoAmI = Readonly<{
  subject: Subject;
  names: Localized;
  proof: "session" | "key";
  credentialId: string;
  expiresAt: Date | null;
}>;

/** A position in a list that is newest first: ids older than `after`, or newer than `before`. */
export type ListPosition = Readonly<{ limit: number; after: string | null; before: string | null }>;
