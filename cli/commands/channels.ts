// huiyin channels …: what a channel needs to know, trying an account out, and putting it in force.
import type { ChannelAccountDetail, ChannelList, ProbeResult } from "@huiyin/contract/api/channels.ts";
import type { Merchant } from "@huiyin/contract/api/merchants.ts";
import {
  fieldsFromFile,
  fieldsFromPerson,
  withTerminal,
  type Channel,
  type Fields,
} from "../channels/fields.ts";
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
  mode: "按加签方式 / by mode",
};

/** Tries the account out, and stores it only if the channel accepts it, unless it is to stay switched off. */
export async function setChannel(code: string, options: SetChannelOptions, output: Output): Promise<void> {
  const client = connect();
  const channel = await channelOf(client, code);
  const merchantId = await merchantIdOf(client, options.merchant);
  const fields =
    options.from === undefined
      ? await withTerminal((asking) => fieldsFromPerson(channel, asking))
      : fieldsFromFile(options.from);
  const outcome = await setAccount(client, { merchantId, code }, { ...options, fields });
  print(output, outcome, () => tell(outcome));
  if (outcome.account === null)
    throw new CommandError("账户没有保存。\nThe account was not stored.", exitCodes.refused);
}

/** Null where it was not asked, or not stored. */
export type SetOutcome = Readonly<{ probe: ProbeResult | null; account: ChannelAccountDetail | null }>;

/** The probe first; what the channel refuses is not stored. */
export async function setAccount(
  client: Pick<Client, "post" | "put">,
  { merchantId, code }: Readonly<{ merchantId: string; code: string }>,
  wanted: Readonly<{ fields: Fields; reason: string; disabled?: boolean }>,
): Promise<SetOutcome> {
  const path = `/merchants/${merchantId}/channel-accounts/${code}`;
  const { fields: config, reason } = wanted;
  if (wanted.disabled === true) {
    const body = { state: "disabled", config, reason };
    return { probe: null, account: await client.put<ChannelAccountDetail>(path, body) };
  }
  const probe = await client.post<ProbeResult>(`${path}/probe`, { config });
  if (probe.outcome === "refused") return { probe, account: null };
  const body = { state: "active", config, reason };
  return { probe, account: await client.put<ChannelAccountDetail>(path, body) };
}

function tell({ probe, account }: SetOutcome): void {
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
