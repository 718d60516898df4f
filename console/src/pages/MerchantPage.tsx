// One merchant: channels, products, fee rates, credit, stores and terminals.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { Link, useParams } from "react-router";
import type { ChannelList } from "@huiyin/contract/api/channels.ts";
import type { MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import { get } from "../api.ts";
import { ActivationCode } from "../components/ActivationCode.tsx";
import { CreditSwitch } from "../components/CreditSwitch.tsx";
import { FeeRates } from "../components/FeeRates.tsx";
import { IdText } from "../components/IdText.tsx";
import { Moment } from "../components/Moment.tsx";
import { PrintedCodes } from "../components/PrintedCodes.tsx";
import { ProblemNotice, Waiting } from "../components/Problem.tsx";
import { Products } from "../components/Products.tsx";
import { Dot, TerminalStanding } from "../components/State.tsx";
import { Stores } from "../components/Stores.tsx";
import { TerminalForm } from "../components/TerminalForm.tsx";
import { useTerminals } from "../directory.ts";
import { useLanguage } from "../language.ts";

export function MerchantPage() {
  const { t, pick } = useLanguage();
  const { id = "" } = useParams();
  const merchant = useQuery({
    queryKey: ["merchant", id],
    queryFn: () => get<MerchantDetail>(`/merchants/${id}`),
    refetchInterval: 15_000,
  });
  if (merchant.isPending) return <Waiting>{t("loading")}</Waiting>;
  if (merchant.error) return <ProblemNotice error={merchant.error} onRetry={() => void merchant.refetch()} />;
  const { names, number, mcc } = merchant.data;
  return (
    <>
      <div className="page-head">
        <Link to="/merchants">← {t("back")}</Link>
      </div>
      <div className="page-head">
        <h1>{pick(names)}</h1>
        <span className="quiet">
          {t("merchantNo")} {number} · MCC {mcc} · <IdText id={id} />
        </span>
        <Link to={`/payments?merchantId=${id}`}>{t("itsPayments")}</Link>
      </div>
      <div className="halves">
        <div>
          <Channels merchant={merchant.data} />
          <Products merchantId={id} />
          <CreditSwitch merchantId={id} />
        </div>
        <div>
          <FeeRates merchant={merchant.data} />
          <Stores merchant={merchant.data} />
          <PrintedCodes merchant={merchant.data} />
          <Terminals merchant={merchant.data} />
        </div>
      </div>
    </>
  );
}

function Channels({ merchant }: { merchant: MerchantDetail }) {
  const { t, pick } = useLanguage();
  const channels = useQuery({ queryKey: ["channels"], queryFn: () => get<ChannelList>("/channels") });
  return (
    <section className="card">
      <h2>{t("channels")}</h2>
      {channels.isPending && <Waiting>{t("loading")}</Waiting>}
      {channels.error && <ProblemNotice error={channels.error} onRetry={() => void channels.refetch()} />}
      {channels.data?.items.map(({ code: channel, names }) => {
        const account = merchant.channelAccounts.find((one) => one.channel === channel);
        const active = account?.state === "active";
        return (
          <div key={channel} className="remedy">
            <div>
              <strong>{pick(names)}</strong>
              <Dot tone={active ? "paid" : "unpaid"}>
                {account ? (active ? t("channelActive") : t("channelDisabled")) : t("channelNone")}
              </Dot>
              {account && (
                <div className="quiet">
                  {t("channelVersion", { version: account.version })} · <Moment at={account.updatedAt} />
                </div>
              )}
            </div>
            <Link to={`/merchants/${merchant.id}/channels/${channel}`}>{t("channelSetUp")}</Link>
          </div>
        );
      })}
    </section>
  );
}

function Terminals({ merchant }: { merchant: MerchantDetail }) {
  const { t } = useLanguage();
  const [adding, setAdding] = useState(false);
  const terminals = useTerminals().filter((terminal) => terminal.merchantId === merchant.id);
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("merchantTerminals")}</h2>
        {!adding && merchant.stores.length > 0 && (
          <Button onClick={() => setAdding(true)}>{t("terminalAdd")}</Button>
        )}
      </div>
      {adding && <TerminalForm merchant={merchant} onEnd={() => setAdding(false)} />}
      {terminals.length === 0 && <p className="quiet">{t("noTerminals")}</p>}
      {terminals.map((terminal) => (
        <div key={terminal.id} className="line">
          <Link to={`/terminals#${terminal.id}`}>{terminal.name}</Link>
          <span className="quiet">{terminal.no}</span>
          <TerminalStanding terminal={terminal} />
          {terminal.state === "created" && <ActivationCode terminalId={terminal.id} />}
          <Link to={`/payments?terminalId=${terminal.id}`}>{t("itsPayments")}</Link>
        </div>
      ))}
    </section>
  );
}
