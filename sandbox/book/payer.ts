// Payers as the books know them: their wallets, their means of payment, the codes their phones show.

/** What a payer pays with; a card is named by its number within the wallet. */
export type Funding = "balance" | "huabei" | `card:${string}`;

export const walletStates = ["normal", "frozen", "restricted"] as const;
export type WalletState = (typeof walletStates)[number];

export type Card = Readonly<{
  id: string;
  kind: "debit" | "credit";
  bankName: string;
  /** Last four digits: the only ones the sandbox knows. */
  tail: string;
  /** Most that a credit card lends, in fen; 0 for a debit card. */
  limitFen: bigint;
}>;

export type Huabei = Readonly<{
  state: "open" | "closed";
  /** Granted credit in fen. */
  limitFen: bigint;
  /** Part of the granted credit that cannot be used for the moment, in fen: what a shortage of credit is planted with. */
  withheldFen: bigint;
}>;

/** One payer’s phone. Money is not in here: it is in the accounts. */
export type Wallet = Readonly<{
  id: string;
  name: string;
  /** The payer’s number at the network: 16 digits beginning with 2088 at Alipay, an openid at WeChat. */
  buyerUserId: string;
  /** The account name as Alipay masks it on the wire. */
  logonId: string;
  state: WalletState;
  funding: Funding;
  huabei: Huabei;
  cards: readonly Card[];
  /** Amounts above this many fen need the password. */
  passwordAboveFen: bigint;
  /** Six digits. Play money only. */
  password: string;
  wrongPasswords: number;
  openedAtMs: number;
}>;

export type PayerCode = Readonly<{
  code: string;
  walletId: string;
  issuedAtMs: number;
  expiresAtMs: number;
  state: "fresh" | "spent";
}>;
