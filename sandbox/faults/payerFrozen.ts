// The payer’s account is frozen.
import { changeWallet } from "../book/people.ts";
import type { BookFault } from "./model.ts";

export const payerFrozen: BookFault = {
  id: "C-PAY-02",
  layer: "books",
  place: "walletId",
  title: { zh: "付款人账户被冻结", en: "Payer account frozen" },
  changes: {
    zh: "该付款人的每笔付款都返回 ACQ.BUYER_ENABLE_STATUS_FORBID（微信 TRADE_ERROR）。",
    en: "Every payment of this payer gets ACQ.BUYER_ENABLE_STATUS_FORBID (WeChat: TRADE_ERROR).",
  },
  plant: (book, walletId) => changeWallet(book, walletId, { state: "frozen" }),
  heal: (book, walletId) => changeWallet(book, walletId, { state: "normal" }),
  lies: (book) => [...book.wallets.values()].filter(({ state }) => state === "frozen").map(({ id }) => id),
};
