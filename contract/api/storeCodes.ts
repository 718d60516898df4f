// Printed codes of a store (固定收款码): made by its merchant, opened by payers in whatever wallet they scan with.
import { Type, type Static } from "typebox";
import { Id, OneOf, Timestamp } from "./common.ts";

export const storeCodeStates = ["enabled", "disabled"] as const;

const Label = Type.String({
  minLength: 1,
  maxLength: 40,
  pattern: "\\S",
  description: "Where it stands, for the merchant: 1 号桌",
});

/** POST /v1/stores/{storeId}/codes. An operator names the merchant. */
export const CreateStoreCode = Type.Object(
  { merchantId: Type.Optional(Id("mer")), label: Label },
  { additionalProperties: false },
);
export type CreateStoreCode = Static<typeof CreateStoreCode>;

/** PATCH /v1/store-codes/{id}. */
export const ChangeStoreCode = Type.Object(
  { merchantId: Type.Optional(Id("mer")), state: OneOf(storeCodeStates) },
  { additionalProperties: false },
);
export type ChangeStoreCode = Static<typeof ChangeStoreCode>;

export const StoreCode = Type.Object(
  {
    id: Id("scd"),
    merchantId: Id("mer"),
    storeId: Id("sto"),
    label: Type.String(),
    state: OneOf(storeCodeStates),
    url: Type.String({ description: "What the printed QR holds; wallets open it as a page" }),
    merchantCode: Type.String({
      description:
        "The same as an EMVCo merchant-presented code, for wallets that read these instead of addresses",
    }),
    createdAt: Timestamp,
  },
  { additionalProperties: false },
);
export type StoreCode = Static<typeof StoreCode>;

export const StoreCodeList = Type.Object({ items: Type.Array(StoreCode) }, { additionalProperties: false });

/** GET /v1/stores/{storeId}/codes?… An operator names the merchant. */
export const StoreCodeQuery = Type.Object(
  { merchantId: Type.Optional(Id("mer")) },
  { additionalProperties: false },
);
