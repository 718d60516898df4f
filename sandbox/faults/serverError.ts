// Whoever takes a 5xx for a failed payment loses money here: the effect took place.
import { operations, type GatewayFault } from "./model.ts";

export const serverError: GatewayFault = {
  id: "server-error",
  layer: "gateway",
  title: { zh: "网关返回 502", en: "Gateway answers 502" },
  changes: {
    zh: "账簿照常记账，但网关返回 HTTP 502 和一个 HTML 页面。",
    en: "The books carry the request out, yet the gateway answers HTTP 502 with an HTML page.",
  },
  operations,
  shape: (plan) => ({ ...plan, reply: "serverError" }),
};
