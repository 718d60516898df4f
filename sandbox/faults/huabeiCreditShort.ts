// The payer’s Huabei credit does not suffice: on the wire it looks exactly like Huabei being closed at the merchant.
import { refuse } from "@huiyin/server/kernel/result.ts";
import { changeWallet } from "../book/people.ts";
import type { BookFault } from "./model.ts";

export const huabeiCreditShort: BookFault = {
  id: "C-PAY-04",
  layer: "books",
  networks: ["alipay"],
  place: "walletId",
  title: { zh: "花呗额度不足", en: "Huabei credit short" },
  changes: {
    zh: "该付款人的花呗可用额度降为零，花呗付款返回 ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE，不说明原因。",
    en: "None of this payer’s Huabei credit can be used; Huabei payments get ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE without a reason.",
  },
  plant: (book, walletId) => {
    const wallet = book.wallets.get(walletId);
    if (wallet === undefined) return refuse("not_found", { what: walletId });
    return changeWallet(book, walletId, { huabeiWithheldFen: wallet.huabei.limitFen });
  },
  heal: (book, walletId) => changeWallet(book, walletId, { huabeiWithheldFen: 0n }),
  lies: (book) =>
    [...book.wallets.values()].filter(({ huabei }) => huabei.withheldFen > 0n).map(({ id }) => id),
};
