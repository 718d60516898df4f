// Signing in, sessions, keys and one-time links over HTTP.
import { Type, type Static } from "typebox";
import { Id, LocalizedText, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

const signedInRoles = ["operator", "merchant"] as const;

/** POST /v1/sessions: exchanges the token of a one-time link for a session cookie. */
export const CreateSession = Type.Object(
  {
    token: Type.String({
      minLength: 1,
      maxLength: 128,
      description: "From the fragment of the sign-in link",
    }),
  },
  { additionalProperties: false },
);
export type CreateSession = Static<typeof CreateSession>;

/** GET /v1/sessions/current: who is asking. */
export const Identity = Type.Object(
  {
    role: OneOf(signedInRoles),
    names: LocalizedText,
    merchantId: Nullable(Id("mer")),
    proof: OneOf(["session", "key"]),
    credentialId: Type.String({ description: "The session (ses_…) or the key (key_…)" }),
    expiresAt: Nullable(Timestamp),
  },
  { additionalProperties: false },
);
export type Identity = Static<typeof Identity>;

export const Session = Type.Object(
  {
    id: Id("ses"),
    role: OneOf(signedInRoles),
    merchantId: Nullable(Id("mer")),
    createdAt: Timestamp,
    expiresAt: Timestamp,
  },
  { additionalProperties: false },
);
export type Session = Static<typeof Session>;
export const SessionPage = Page(Session);

/** POST /v1/sign-in-links. Without a merchant the link opens an operator's session. */
export const CreateSignInLink = Type.Object(
  { merchantId: Type.Optional(Id("mer")) },
  { additionalProperties: false },
);
export type CreateSignInLink = Static<typeof CreateSignInLink>;

export const SignInLink = Type.Object(
  { url: Type.String({ description: "Works once" }), expiresAt: Timestamp },
  { additionalProperties: false },
);
export type SignInLink = Static<typeof SignInLink>;

/** POST /v1/credentials. A key with a merchant is that merchant's, one without is the operator's. */
export const CreateCredential = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, description: "What the key is for, for people" }),
    merchantId: Type.Optional(Id("mer")),
  },
  { additionalProperties: false },
);
export type CreateCredential = Static<typeof CreateCredential>;

const credentialFields = {
  id: Id("key"),
  role: OneOf(signedInRoles),
  merchantId: Nullable(Id("mer")),
  name: Type.String(),
  lastFour: Type.String({ description: "The last four characters of the key" }),
  createdAt: Timestamp,
  revokedAt: Nullable(Timestamp),
};
export const Credential = Type.Object(credentialFields, { additionalProperties: false });
export type Credential = Static<typeof Credential>;
export const CredentialPage = Page(Credential);

/** The only answer that ever holds the key. */
export const CreatedCredential = Type.Object(
  { ...credentialFields, key: Type.String({ description: "Shown once; only its hash is stored" }) },
  { additionalProperties: false },
);
export type CreatedCredential = Static<typeof CreatedCredential>;

export const CredentialQuery = Type.Object(
  { ...PageQuery, merchantId: Type.Optional(Id("mer")) },
  { additionalProperties: false },
);
export type CredentialQuery = Static<typeof CredentialQuery>;

export const SessionQuery = Type.Object(PageQuery, { additionalProperties: false });
export type SessionQuery = Static<typeof SessionQuery>;
