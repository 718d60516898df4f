// What the control calls accept, strictly: unknown fields are refused, amounts are fen.
import { Type, type Static } from "typebox";
import { OneOf } from "@huiyin/contract/api/common.ts";
import { products, walletStates } from "../book/model.ts";
import { networks } from "../book/network.ts";
import { wireOperations } from "../faults/model.ts";

const strict = { additionalProperties: false } as const;
const Fen = (description: string) => Type.Integer({ minimum: 0, maximum: 10_000_000_000, description });
const Name = Type.String({ minLength: 1, maxLength: 32, pattern: "\\S" });
const Password = Type.String({ pattern: "^[0-9]{6}$", description: "Six digits of play money" });
const Funding = Type.String({
  pattern: "^(balance|huabei|card:[1-9][0-9]?)$",
  description: "balance, huabei or card:<number>",
});
const State = OneOf(walletStates);
const OpenOrClosed = OneOf(["open", "closed"]);

export const WalletId = Type.String({ pattern: "^(wal|wxw|upw)_[0-9]{4,10}$" });
const AppId = Type.String({
  pattern: "^([0-9]{15,16}|wx[0-9a-f]{16})$",
  description: "app_id at Alipay, appid at WeChat Pay, merId at UnionPay",
});
const Channel = OneOf(networks);

/** Which network is meant; Alipay where none is named. */
export const ChannelQuery = Type.Object({ channel: Type.Optional(Channel) }, strict);

export const NewWalletBody = Type.Object(
  {
    channel: Type.Optional(Channel),
    name: Name,
    balance: Type.Optional(Fen("Balance in fen; 0 unless given")),
    huabei: Type.Optional(
      Type.Object(
        {
          limit: Fen("Granted credit in fen"),
          used: Type.Optional(Fen("Credit already used, in fen")),
          state: Type.Optional(OpenOrClosed),
        },
        strict,
      ),
    ),
    cards: Type.Optional(
      Type.Array(
        Type.Object(
          {
            kind: OneOf(["debit", "credit"]),
            bank: Name,
            tail: Type.String({ pattern: "^[0-9]{4}$", description: "Last four digits" }),
            available: Fen("What the card can pay now, in fen: its balance, or its credit limit"),
          },
          strict,
        ),
        { maxItems: 10 },
      ),
    ),
    funding: Type.Optional(Funding),
    state: Type.Optional(State),
    passwordAbove: Type.Optional(Fen("Amounts above this need the password; 100000 (¥1000) unless given")),
    password: Type.Optional(Password),
  },
  strict,
);
export type NewWalletBody = Static<typeof NewWalletBody>;

export const WalletPatch = Type.Object(
  {
    name: Type.Optional(Name),
    state: Type.Optional(State),
    funding: Type.Optional(Funding),
    balance: Type.Optional(Fen("New balance in fen")),
    huabei: Type.Optional(
      Type.Object(
        { limit: Type.Optional(Fen("Granted credit in fen")), state: Type.Optional(OpenOrClosed) },
        strict,
      ),
    ),
    passwordAbove: Type.Optional(Fen("Amounts above this need the password")),
    password: Type.Optional(Password),
  },
  { ...strict, minProperties: 1 },
);
export type WalletPatch = Static<typeof WalletPatch>;

export const WalletParams = Type.Object({ walletId: WalletId }, strict);

export const PayerCodeBody = Type.Union([
  Type.Object({ funding: Type.Optional(Funding) }, strict),
  Type.Null(),
]);

export const ApprovalBody = Type.Object(
  {
    password: Type.String({ maxLength: 12 }),
    tradeNo: Type.Optional(Type.String({ pattern: "^[0-9]{21,32}$" })),
  },
  strict,
);

export const ScanBody = Type.Object(
  {
    codeUrl: Type.String({
      maxLength: 256,
      description: "What the merchant’s code says: https://qr.alipay.com/bax…, weixin://wxpay/bizpayurl?pr=…",
    }),
  },
  strict,
);

export const MerchantPatch = Type.Object(
  {
    balance: Type.Optional(
      Fen(
        "What is to be on the account at Alipay, in fen: the difference is paid out to the bank or topped up from it",
      ),
    ),
    notifyStates: Type.Optional(
      Type.Array(OneOf(["TRADE_SUCCESS", "TRADE_CLOSED", "TRADE_FINISHED"]), {
        uniqueItems: true,
        description: "Trade states that are notified; TRADE_SUCCESS alone unless more is ordered",
      }),
    ),
    fundBill: Type.Optional(OneOf(["always", "whenAsked"])),
    product: Type.Optional(Type.Object({ code: OneOf(products), state: OpenOrClosed }, strict)),
    verifyBy: Type.Optional(OneOf(["certificate", "publicKey"])),
  },
  { ...strict, minProperties: 1 },
);
export type MerchantPatch = Static<typeof MerchantPatch>;

export const NewMerchantBody = Type.Object(
  {
    channel: Type.Optional(Channel),
    name: Name,
    provider: Type.Optional(Name),
  },
  strict,
);

export const FaultParams = Type.Object({ faultId: Type.String({ pattern: "^[A-Za-z0-9-]{1,40}$" }) }, strict);

export const FaultBody = Type.Union([
  Type.Object(
    {
      channel: Type.Optional(Channel),
      appId: Type.Optional(AppId),
      walletId: Type.Optional(WalletId),
      operations: Type.Optional(
        Type.Array(OneOf(wireOperations), { minItems: 1, maxItems: wireOperations.length }),
      ),
      nextRequests: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
      delaySeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400 })),
      forSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 604_800 })),
    },
    strict,
  ),
  Type.Null(),
]);
export type FaultBody = Static<typeof FaultBody>;

export const AnswerParams = Type.Object(
  {
    method: Type.String({
      pattern: "^alipay(\\.[a-z]{1,20}){1,5}$",
      description: "As on the wire: alipay.trade.pay",
    }),
  },
  strict,
);

export const AnswerBody = Type.Object(
  {
    subCode: Type.String({
      minLength: 1,
      maxLength: 64,
      description: "As on the wire, with its prefix: ACQ.SYSTEM_ERROR, isv.invalid-signature",
    }),
    times: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: "So many calls; for ever unless given" }),
    ),
    outTradeNos: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: 1_000,
        description: "Only calls about these orders; every call unless given",
      }),
    ),
    appId: Type.Optional(AppId),
    effect: Type.Optional(OneOf(["none", "carriedOut"])),
  },
  strict,
);
export type AnswerBody = Static<typeof AnswerBody>;

export const FaultTargetQuery = Type.Object(
  { channel: Type.Optional(Channel), appId: Type.Optional(AppId), walletId: Type.Optional(WalletId) },
  strict,
);

export const ClockBody = Type.Object(
  {
    advanceSeconds: Type.Integer({
      minimum: 1,
      maximum: 31_536_000,
      description: "How far to move on, up to a year",
    }),
  },
  strict,
);

export const ChannelParams = Type.Object({ channel: Channel }, strict);
export const BooksQuery = Type.Object(
  {
    outTradeNo: Type.Optional(Type.String({ maxLength: 64 })),
    appId: Type.Optional(AppId),
    newest: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1_000,
        description: "So many of each list, newest first; everything unless given",
      }),
    ),
  },
  strict,
);
export const CredentialsQuery = Type.Object({ appId: Type.Optional(AppId) }, strict);

export const MerchantParams = Type.Object({ appId: AppId }, strict);
export const ProductParams = Type.Object({ appId: AppId, product: OneOf(products) }, strict);

export const OfficeBody = Type.Union([Type.Object({}, strict), Type.Null()]);
