// The payment networks that the sandbox can be.
import type { ChannelCode } from "@huiyin/contract/words.ts";

export const networks = ["alipay", "wechat", "unionpay"] as const satisfies readonly ChannelCode[];
export type Network = (typeof networks)[number];
