// The merchant’s account at Alipay is frozen.
import { changeMerchant } from "../book/people.ts";
import type { BookFault } from "./model.ts";

export const merchantBlocked: BookFault = {
  id: "C-ACC-02",
  layer: "books",
  place: "appId",
  title: { zh: "商户账户被冻结", en: "Merchant account frozen" },
  changes: {
    zh: "该商户的每笔付款都返回 ACQ.SELLER_BEEN_BLOCKED（微信 NOAUTH）。",
    en: "Every payment to this merchant gets ACQ.SELLER_BEEN_BLOCKED (WeChat: NOAUTH).",
  },
  plant: (book, appId) => changeMerchant(book, appId, { state: "blocked" }),
  heal: (book, appId) => changeMerchant(book, appId, { state: "normal" }),
  lies: (book) =>
    [...book.merchants.values()].filter(({ state }) => state === "blocked").map(({ appId }) => appId),
};
