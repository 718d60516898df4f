// The books over HTTP: accounts, journals, verification.
import { Type, type Static } from "typebox";
import { Id, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

export const accountClasses = ["asset", "liability", "income"] as const;

export const LedgerAccount = Type.Object(
  {
    merchantId: Id("mer"),
    account: Type.String({ description: "For example channel:alipay, merchant:payable, fee:income" }),
    class: OneOf(accountClasses),
    currency: OneOf(["CNY"]),
    balance: Type.String({
      pattern: "^-?[0-9]+$",
      description: "Fen as text, debit positive: sums may leave the range of a JSON number",
    }),
  },
  { additionalProperties: false },
);
export const LedgerAccountList = Type.Object(
  { items: Type.Array(LedgerAccount) },
  { additionalProperties: false },
);

/** GET /v1/ledger/accounts?… */
export const LedgerAccountQuery = Type.Object(
  { merchantId: Type.Optional(Id("mer")) },
  { additionalProperties: false },
);

const Hash = Type.String({ pattern: "^[0-9a-f]{64}$", description: "SHA-256" });

export const Journal = Type.Object(
  {
    merchantId: Id("mer"),
    sequence: Type.String({ pattern: "^[0-9]+$", description: "Position in the merchant's chain" }),
    subjectId: Type.String({ description: "What the fact is about: a payment or a refund" }),
    fact: Type.String({ description: "For example succeeded, refunded, reversed" }),
    recordedAt: Timestamp,
    currency: OneOf(["CNY"]),
    postings: Type.Array(
      Type.Object(
        { account: Type.String(), amount: Type.Integer({ description: "Fen, debit positive" }) },
        { additionalProperties: false },
      ),
    ),
    previousHash: Hash,
    hash: Hash,
  },
  { additionalProperties: false },
);
export const JournalPage = Page(Journal);

/** GET /v1/ledger/journals?… Newest first; `after` and `before` take a sequence. */
export const JournalQuery = Type.Object(
  {
    ...PageQuery,
    after: Type.Optional(Type.String({ pattern: "^[0-9]{1,18}$", description: "Rows before this sequence" })),
    before: Type.Optional(Type.String({ pattern: "^[0-9]{1,18}$", description: "Rows after this sequence" })),
    merchantId: Type.Optional(Id("mer")),
    paymentId: Type.Optional(Id("pay")),
    refundId: Type.Optional(Id("ref")),
  },
  { additionalProperties: false },
);

/** POST /v1/ledger/verify */
export const VerifyRequest = Type.Object(
  {
    merchantId: Type.Optional(Id("mer")),
    from: Type.Optional(
      OneOf(["everything", "lastClosing"], {
        description: "Where to begin; a closed month was verified when it was closed",
      }),
    ),
  },
  { additionalProperties: false },
);

export const VerifyReport = Type.Object(
  {
    ok: Type.Boolean(),
    merchants: Type.Integer(),
    journals: Type.Integer(),
    postings: Type.Integer(),
    broken: Nullable(
      Type.Object(
        {
          merchantId: Id("mer"),
          table: OneOf(["journal", "balance", "head", "closing"]),
          row: Type.String({ description: "The first row that does not fit" }),
          problem: Type.String(),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type VerifyReport = Static<typeof VerifyReport>;
