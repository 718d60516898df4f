// The payer’s own Huabei is restricted or closed.
import { changeWallet } from "../book/people.ts";
import type { BookFault } from "./model.ts";

export const payerHuabeiClosed: BookFault = {
  id: "C-PAY-03",
  layer: "books",
  networks: ["alipay"],
  place: "walletId",
  title: { zh: "付款人的花呗被限制或关闭", en: "Payer’s Huabei restricted or closed" },
  changes: {
    zh: "该付款人用花呗付款返回 ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE，不说明原因。",
    en: "This payer’s Huabei payments get ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE without a reason.",
  },
  plant: (book, walletId) => changeWallet(book, walletId, { huabeiState: "closed" }),
  heal: (book, walletId) => changeWallet(book, walletId, { huabeiState: "open" }),
  lies: (book) =>
    [...book.wallets.values()].filter(({ huabei }) => huabei.state === "closed").map(({ id }) => id),
};
