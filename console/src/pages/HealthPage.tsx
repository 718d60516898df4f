// How the gateways of channels fare, and when channels are or were shut: what routing, menus and diagnosis go by.
import { useQuery } from "@tanstack/react-query";
import { circuitStateWords, channelWords } from "@huiyin/contract/words.ts";
import type { MaintenanceWindow } from "@huiyin/contract/api/maintenance.ts";
import type { ChannelHealth } from "@huiyin/contract/api/routing.ts";
import { get } from "../api.ts";
import { exactTime } from "../components/Moment.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { Dot } from "../components/State.tsx";
import { useLanguage } from "../language.ts";
import { productWords } from "../productWords.ts";
import type { ListOf } from "../views.ts";

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
              <GatewayRow key={`${one.channel} ${one.path} ${one.method} ${one.bank}`} gateway={one} />
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
  const { channel, path, method, bank, state, answers, failures, probeAt } = gateway;
  return (
    <tr>
      <td>
        <strong>{pick(channelWords[channel])}</strong> {t(methodTexts[method])}
        <div className="quiet">{bank === null ? path : `${path} · ${t("healthBank", { bank })}`}</div>
      </td>
      <td>
        <Dot tone={tones[state]}>{pick(circuitStateWords[state])}</Dot>
        {probeAt && <div className="quiet">{t("healthProbeAt", { at: exactTime(probeAt) })}</div>}
      </td>
      <td className="number">{answers}</td>
      <td className="number">{failures}</td>
    </tr>
  );
}

const windowsShown = 20;
const standings = {
  planned: { tone: "person", text: "windowPlanned" },
  open: { tone: "broken", text: "windowOpen" },
  over: { tone: "unpaid", text: "windowOver" },
} as const;

function Windows() {
  const { t } = useLanguage();
  const windows = useQuery({
    queryKey: ["maintenanceWindows"],
    queryFn: () => get<ListOf<MaintenanceWindow>>("/maintenance-windows", { limit: windowsShown }),
    refetchInterval: 10_000,
  });
  return (
    <section className="card">
      <h2>{t("windows")}</h2>
      {windows.isPending && <Waiting>{t("loading")}</Waiting>}
      {windows.error && <ProblemNotice error={windows.error} onRetry={() => void windows.refetch()} />}
      {windows.data?.items.length === 0 && <Teaching title={t("windowsNone")} hint={t("windowsNoneHint")} />}
      {windows.data?.items.map((window) => (
        <WindowLine key={window.id} window={window} />
      ))}
    </section>
  );
}

function WindowLine({ window }: { window: MaintenanceWindow }) {
  const { t, pick } = useLanguage();
  const { tone, text } = standings[window.standing];
  const { actualFrom, actualTo } = window;
  const parts = [
    window.method && pick(productWords(window.method)),
    window.route && t("windowRoute", { route: window.route }),
    window.bank && t("healthBank", { bank: window.bank }),
  ].filter((part) => part !== null);
  return (
    <div className="remedy">
      <div>
        <strong>{window.scope === "own" ? t("windowOwn") : pick(channelWords[window.scope])}</strong>{" "}
        {parts.length > 0 && <span className="quiet">{parts.join(" · ")} </span>}
        <Dot tone={tone}>{t(text)}</Dot>
        <div>{pick(window.texts)}</div>
        <div className="quiet">
          {exactTime(window.plannedFrom)} – {exactTime(window.plannedTo)}
          {actualFrom &&
            ` · ${t("windowActual", { from: exactTime(actualFrom), to: actualTo ? exactTime(actualTo) : "…" })}`}
        </div>
      </div>
    </div>
  );
}
