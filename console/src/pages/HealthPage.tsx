// How the gateways of channels fare, and when channels are or were shut: what routing, menus and diagnosis go by.
import { useQuery } from "@tanstack/react-query";
import { circuitStateWords, channelWords } from "@huiyin/contract/words.ts";
import type { ChannelHealth } from "@huiyin/contract/api/routing.ts";
import { get } from "../api.ts";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { Dot } from "../components/State.tsx";
import { Windows } from "../components/Windows.tsx";
import { useLanguage } from "../language.ts";
import { exactTime } from "../times.ts";

export function HealthPage() {
  const { t } = useLanguage();
  return (
    <>
      <div className="page-head">
        <h1>{t("channelHealth")}</h1>
      </div>
      <Gateways />
      <Windows />
    </>
  );
}

type Gateway = ChannelHealth["items"][number];

const tones = { closed: "paid", open: "broken", halfOpen: "processing" } as const;
const methodTexts = {
  payerCode: "healthByPayerCode",
  shownCode: "healthByShownCode",
  refund: "healthByRefund",
} as const;

function Gateways() {
  const { t } = useLanguage();
  const health = useQuery({
    queryKey: ["channelHealth"],
    queryFn: () => get<ChannelHealth>("/channels/health"),
    refetchInterval: 3_000,
  });
  const rules = health.data?.rules;
  return (
    <section className="card">
      <h2>{t("healthGateways")}</h2>
      {health.isPending && <Waiting>{t("loading")}</Waiting>}
      {health.error && <ProblemNotice error={health.error} onRetry={() => void health.refetch()} />}
      {health.data?.items.length === 0 && <Teaching title={t("healthNone")} hint={t("healthNoneHint")} />}
      {health.data && health.data.items.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th>{t("healthGateway")}</th>
              <th>{t("healthState")}</th>
              <th className="number">{t("healthAnswers")}</th>
              <th className="number">{t("healthFailures")}</th>
            </tr>
          </thead>
          <tbody>
            {health.data.items.map((one) => (
              <GatewayRow
                key={`${one.channel} ${one.path} ${one.method} ${one.bank} ${one.account}`}
                gateway={one}
              />
            ))}
          </tbody>
        </table>
      )}
      {rules && (
        <p className="quiet hint">
          {t("healthExplain", {
            window: String(rules.windowSeconds),
            calls: String(rules.callsMin),
            percent: String(rules.failurePercentMin),
            open: String(rules.openSecondsMin),
            probes: String(rules.probesToClose),
          })}
        </p>
      )}
    </section>
  );
}

function GatewayRow({ gateway }: { gateway: Gateway }) {
  const { t, pick } = useLanguage();
  const { channel, path, method, bank, account, state, since, answers, failures, probeAt } = gateway;
  return (
    <tr>
      <td>
        <strong>{pick(channelWords[channel])}</strong> {t(methodTexts[method])}
        <div className="quiet">{bank === null ? path : `${path} · ${t("healthBank", { bank })}`}</div>
        {account !== null && <div className="quiet">{t("healthAccount", { account })}</div>}
      </td>
      <td>
        <Dot tone={tones[state]}>{pick(circuitStateWords[state])}</Dot>
        <div className="quiet">{t("healthSince", { at: exactTime(since) })}</div>
        {probeAt && <div className="quiet">{t("healthProbeAt", { at: exactTime(probeAt) })}</div>}
      </td>
      <td className="number">{answers}</td>
      <td className="number">{failures}</td>
    </tr>
  );
}
