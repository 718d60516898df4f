// Setting up a merchant's account at a channel: a form drawn from the channel's own description, checked before it counts.
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { ChannelAccountDetail, ChannelList } from "@huiyin/contract/api/channels.ts";
import type { MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import type { AccountRoute } from "@huiyin/contract/api/routing.ts";
import { get } from "../api.ts";
import { Accounts } from "../components/Accounts.tsx";
import { ChannelForm } from "../components/ChannelForm.tsx";
import { Moment } from "../components/Moment.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { RoutingRules } from "../components/RoutingRules.tsx";
import { Dot } from "../components/State.tsx";
import { useLanguage } from "../language.ts";

/** The first account, or null where the merchant has none at this channel yet, and all accounts there. */
type Accounted = Readonly<{
  merchant: MerchantDetail;
  stored: ChannelAccountDetail | null;
  accounts: readonly AccountRoute[];
}>;

async function readAccounts(merchantId: string, code: string): Promise<Accounted> {
  const merchant = await get<MerchantDetail>(`/merchants/${merchantId}`);
  if (!merchant.channelAccounts.some(({ channel }) => channel === code))
    return { merchant, stored: null, accounts: [] };
  const path = `/merchants/${merchantId}/channel-accounts/${code}`;
  const [stored, { items: accounts }] = await Promise.all([
    get<ChannelAccountDetail>(path),
    get<Readonly<{ items: readonly AccountRoute[] }>>(`${path}/routes`),
  ]);
  return { merchant, stored, accounts };
}

export function ChannelPage() {
  const { t, pick } = useLanguage();
  const { id = "", channel: code = "" } = useParams();
  const path = `/merchants/${id}/channel-accounts/${code}`;
  const channels = useQuery({ queryKey: ["channels"], queryFn: () => get<ChannelList>("/channels") });
  const account = useQuery({ queryKey: ["channelAccount", id, code], queryFn: () => readAccounts(id, code) });
  if (channels.isPending || account.isPending) return <Waiting>{t("loading")}</Waiting>;
  const error = channels.error ?? account.error;
  if (error) return <ProblemNotice error={error} onRetry={() => void account.refetch()} />;
  const channel = channels.data?.items.find((one) => one.code === code);
  if (!channel) return <Teaching title={t("channelUnknown")} hint={t("channelUnknownHint")} />;
  const { merchant, stored, accounts } = account.data ?? { merchant: null, stored: null, accounts: [] };
  const active = stored?.state === "active";
  return (
    <>
      <div className="page-head">
        <Link to={`/merchants/${id}`}>← {t("backToMerchant")}</Link>
      </div>
      <div className="page-head">
        <h1>{t("channelTitle", { channel: pick(channel.names) })}</h1>
        <Dot tone={active ? "paid" : "unpaid"}>
          {stored ? (active ? t("channelActive") : t("channelDisabled")) : t("channelNone")}
        </Dot>
      </div>
      {/* Drawn anew after each change: what is shown is what is stored. */}
      <ChannelForm key={stored?.version ?? 0} {...{ path, channel, stored }} />
      {stored && merchant && (
        <>
          <Accounts path={`${path}/routes`} {...{ channel, accounts }} />
          <RoutingRules {...{ merchant }} channel={code} routes={accounts.map(({ route }) => route)} />
        </>
      )}
      {stored && <History account={stored} channel={channel} />}
    </>
  );
}

type HistoryProperties = Readonly<{ account: ChannelAccountDetail; channel: ChannelList["items"][number] }>;

function History({ account, channel }: HistoryProperties) {
  const { t, pick } = useLanguage();
  const labels = new Map(channel.fields.map((field) => [field.key, pick(field.label)]));
  return (
    <section className="card">
      <h2>{t("history")}</h2>
      {account.history.length === 0 && <p className="quiet">{t("channelNoHistory")}</p>}
      <ol className="story">
        {account.history.map((entry) => (
          <li key={entry.version}>
            <div className="story-head">
              <span className="quiet">
                <Moment at={entry.at} />
              </span>
              <strong>{entry.state === "active" ? t("channelActive") : t("channelDisabled")}</strong>
              <span>{entry.reason}</span>
            </div>
            {entry.changedKeys.length > 0 && (
              <div className="quiet">
                {t("channelChangedKeys")}{" "}
                {entry.changedKeys.map((key) => labels.get(key) ?? key).join(t("listSeparator"))}
              </div>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
