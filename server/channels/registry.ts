// Which channels exist.
import type { ChannelCode } from "@huiyin/contract/words.ts";
import { alipay } from "./alipay/client.ts";
import type { Channel } from "./port.ts";
import { wechat } from "./wechat/client.ts";
import { unionpay } from "./unionpay/client.ts";

/** Every channel of this installation by its code. A new channel is one line here and one folder beside. */
export const channels: ReadonlyMap<ChannelCode, Channel> = new Map<ChannelCode, Channel>([
  ["alipay", alipay],
  ["wechat", wechat],
  ["unionpay", unionpay],
]);
