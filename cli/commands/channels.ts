// huiyin channels …: what a channel needs to know, trying an account out, and putting it in force.
import type { ChannelAccountDetail, ChannelList, ProbeResult } from "@huiyin/contract/api/channels.ts";
import type { Merchant, MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import {
  fieldsFromFile,
  fieldsFromPerson,
  withTerminal,
  type Channel,
  type Answers,
} from "../channels/fields.ts";
import { leftBehind } from "../channels/modes.ts";
import { connect, type Client } from "../client.ts";
import { exitCodes } from "../exit.ts";
import { print, table, type Output } from "../print.ts";
import { CommandError } from "../problem.ts";

export type SetChannelOptions = Readonly<{
  merchant: string;
  from?: string;
  reason: string;
  disabled?: boolean;
}>;

export async function listChannels(output: Output): Promise<void> {
  const channels = await connect().get<ChannelList>("/channels");
  print(output, channels, () => {
    for (const channel of channels.items) {
      console.log(`${channel.code}  ${channel.names.zh} / ${channel.names.en}`);
      const rows = channel.fields.map(({ key, label, presence }) => [
        `  ${key}`,
        presenceWords[presence],
        `${label.zh} / ${label.en}`,
      ]);
      console.log(table(rows));
    }
  });
}

const presenceWords = {
  required: "必填 / required",
  optional: "可选 / optional",
  mode: "按接入方式 / by mode",
};

/** Tries the account out, and stores it only if the channel accepts it, unless it is to stay switched off. */
export async function setChannel(code: string, options: SetChannelOptions, output: Output): Promise<void> {
  const client = connect();
  const channel = await channelOf(client, code);
  const merchantId = await merchantIdOf(client, options.merchant);
  const answers =
    options.from === undefined
      ? await withTerminal((asking) => fieldsFromPerson(channel, asking))
      : { fields: fieldsFromFile(options.from), mode: null };
  const outcome = await setAccount(client, { merchantId, channel }, { ...options, ...answers });
  print(output, outcome, () => tell(outcome, channel));
  if (outcome.account === null)
    throw new CommandError("账户没有保存。\nThe account was not stored.", exitCodes.refused);
}

/** Null where it was not asked, or not stored. `cleared`: fields of another way of connecting that were emptied. */
export type SetOutcome = Readonly<{
  probe: ProbeResult | null;
  account: ChannelAccountDetail | null;
  cleared: readonly string[];
}>;

type Place = Readonly<{ merchantId: string; channel: Channel }>;

/** The probe first; what the channel refuses is not stored. Nothing of an earlier way of connecting stays behind. */
export async function setAccount(
  client: Pick<Client, "get" | "post" | "put">,
  { merchantId, channel }: Place,
  wanted: Answers & Readonly<{ reason: string; disabled?: boolean }>,
): Promise<SetOutcome> {
  const path = `/merchants/${merchantId}/channel-accounts/${channel.code}`;
  const { fields: given, mode, reason } = wanted;
  const cleared = leftBehind(channel.modes, await storedKeys(client, { merchantId, channel }), {
    given,
    mode,
  });
  const config = { ...given, ...Object.fromEntries(cleared.map((key) => [key, ""])) };
  if (wanted.disabled === true) {
    const body = { state: "disabled", config, reason };
    return { probe: null, account: await client.put<ChannelAccountDetail>(path, body), cleared };
  }
  const probe = await client.post<ProbeResult>(`${path}/probe`, { config });
  if (probe.outcome === "refused") return { probe, account: null, cleared: [] };
  const body = { state: "active", config, reason };
  return { probe, account: await client.put<ChannelAccountDetail>(path, body), cleared };
}

/** The fields that are filled in now, secret ones among them; none where the merchant has no account there. */
async function storedKeys(
  client: Pick<Client, "get">,
  { merchantId, channel: { code } }: Place,
): Promise<ReadonlySet<string>> {
  const { channelAccounts } = await client.get<MerchantDetail>(`/merchants/${merchantId}`);
  if (!channelAccounts.some(({ channel }) => channel === code)) return new Set();
  const { config, secretsSet } = await client.get<ChannelAccountDetail>(
    `/merchants/${merchantId}/channel-accounts/${code}`,
  );
  return new Set([...Object.keys(config), ...secretsSet]);
}

function tell({ probe, account, cleared }: SetOutcome, { fields }: Channel): void {
  if (probe?.outcome === "ready") console.log("✔ 渠道认可这份配置 / the channel accepts this configuration");
  if (probe?.finding) {
    const { field, title, next } = probe.finding;
    const where = field === null ? "" : `${field}：`;
    console.log(`✖ ${where}${title.zh} / ${title.en}`);
    console.log(`  ${next.zh} / ${next.en}`);
    if (probe.channelCode !== null)
      console.log(`  渠道原话 / the channel said: ${probe.channelCode} ${probe.channelMessage ?? ""}`);
  }
  for (const { title, next } of probe?.warnings ?? [])
    console.log(`! ${title.zh}，${next.zh} / ${title.en}. ${next.en}`);
  if (cleared.length > 0) {
    const labels = fields.filter(({ key }) => cleared.includes(key)).map(({ label }) => label);
    console.log(`! 接入方式已更换，清空了原来的${labels.map(({ zh }) => `“${zh}”`).join("、")}`);
    console.log(`  The way of connecting changed; emptied: ${labels.map(({ en }) => en).join(", ")}`);
  }
  if (account !== null) {
    const state = account.state === "active" ? "已启用 / in force" : "已保存，停用中 / stored, switched off";
    console.log(`✔ ${state}（版本 / version ${account.version}）`);
  }
}

async function channelOf(client: Client, code: string): Promise<Channel> {
  const { items } = await client.get<ChannelList>("/channels");
  const channel = items.find((candidate) => candidate.code === code);
  if (channel !== undefined) return channel;
  const known = items.map((candidate) => candidate.code).join(", ");
  throw new CommandError(
    `没有渠道 ${code}；可用的有：${known}。\nThere is no channel ${code}; known: ${known}.`,
    exitCodes.usage,
  );
}

async function merchantIdOf(client: Client, given: string): Promise<string> {
  if (/^mer_[0-9a-f]{32}$/.test(given)) return given;
  const wrong = new CommandError(
    `没有商户 ${given}：请填 8 位商户编号或 mer_…。\nThere is no merchant ${given}: give its 8-digit number or its id.`,
    exitCodes.usage,
  );
  if (!/^[0-9]{8}$/.test(given)) throw wrong;
  const { items } = await client.get<{ items: Merchant[] }>(`/merchants?search=${given}`);
  const merchant = items.find(({ number }) => number === given);
  if (merchant === undefined) throw wrong;
  return merchant.id;
}
