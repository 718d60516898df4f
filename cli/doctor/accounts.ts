// What the keys and certificates of the channel accounts show by themselves; nothing is sent anywhere.
import { inspect, type Inspection } from "@huiyin/server/channels/alipay/inspection.ts";
import type { ConfigFinding } from "@huiyin/server/channels/port.ts";
import type { ChannelAccountFound } from "./model.ts";

const inspectors: ReadonlyMap<string, (account: Readonly<Record<string, string>>, now: Date) => Inspection> =
  new Map([["alipay", inspect]]);

/** Null where the seal does not open, or the channel has nothing to look at. */
export function inspectionOf({ channel, account }: ChannelAccountFound, now: Date): Inspection | null {
  return account === null ? null : (inspectors.get(channel)?.(account, now) ?? null);
}

/** "mer_… alipay privateKeyPem: 应用私钥读不出来 / …" */
export function factOf(
  { merchantId, channel }: ChannelAccountFound,
  { field, title }: ConfigFinding,
): string {
  return `${merchantId} ${channel}${field === null ? "" : ` ${field}`}: ${title.zh} / ${title.en}`;
}
