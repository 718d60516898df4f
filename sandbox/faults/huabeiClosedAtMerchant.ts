// Huabei is not open at the merchant: the most frequent cause behind “Huabei cannot be used here”.
import { changeMerchant } from "../book/people.ts";
import type { BookFault } from "./model.ts";

export const huabeiClosedAtMerchant: BookFault = {
  id: "C-MCH-01",
  layer: "books",
  networks: ["alipay"],
  place: "appId",
  title: { zh: "商户未开通花呗收款功能", en: "Huabei not open at the merchant" },
  changes: {
    zh: "花呗付款返回 ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE，不说明原因；其他方式照常。",
    en: "Huabei payments get ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE without a reason; other means work.",
  },
  plant: (book, appId) => changeMerchant(book, appId, { product: { code: "huabei", state: "closed" } }),
  heal: (book, appId) => changeMerchant(book, appId, { product: { code: "huabei", state: "open" } }),
  lies: (book) =>
    [...book.merchants.values()]
      .filter(({ products }) => products.huabei === "closed")
      .map(({ appId }) => appId),
};
