// What the texts of refusals name: the channel that cannot serve, and what can be used in its place.
import { channelWords, type ChannelCode } from "@huiyin/contract/words.ts";

/** Facts for the texts of a refusal: the channel, and the others that can serve; “other means” where none can. */
export function unavailableFacts(channel: ChannelCode, instead: readonly ChannelCode[]) {
  const { zh, en } = channelWords[channel];
  const words = instead.map((code) => channelWords[code]);
  return {
    ...{ channelZh: zh, channelEn: en },
    insteadZh: words.length === 0 ? "其他付款方式" : words.map((word) => word.zh).join("或"),
    insteadEn: words.length === 0 ? "other means of payment" : words.map((word) => word.en).join(" or "),
  };
}
