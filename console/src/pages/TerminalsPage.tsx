// Terminals: online or not, how they are, and what each may offer right now.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Link, useLocation } from "react-router";
import type { Methods } from "@huiyin/contract/api/merchants.ts";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import { get } from "../api.ts";
import { ActivationCode } from "../components/ActivationCode.tsx";
import { AnnounceRuleOf } from "../components/AnnounceRule.tsx";
import { IdText } from "../components/IdText.tsx";
import { Moment } from "../components/Moment.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { Dot, TerminalStanding } from "../components/State.tsx";
import { useLanguage } from "../language.ts";
import { productWords } from "../productWords.ts";
import { exactTime } from "../times.ts";
import type { ListOf } from "../views.ts";

export function TerminalsPage() {
  const { t } = useLanguage();
  const terminals = useQuery({
    queryKey: ["terminals"],
    queryFn: () => get<ListOf<Terminal>>("/terminals", { limit: 100 }),
    refetchInterval: 5_000,
  });
  return (
    <>
      <div className="page-head">
        <h1>{t("terminals")}</h1>
      </div>
      {terminals.isPending && <Waiting>{t("loading")}</Waiting>}
      {terminals.error && <ProblemNotice error={terminals.error} onRetry={() => void terminals.refetch()} />}
      {terminals.data?.items.length === 0 && (
        <Teaching title={t("noTerminals")} hint={t("noTerminalsHint")} />
      )}
      <div className="grid">
        {terminals.data?.items.map((terminal) => (
          <TerminalCard key={terminal.id} terminal={terminal} />
        ))}
      </div>
    </>
  );
}

function TerminalCard({ terminal }: { terminal: Terminal }) {
  const { t } = useLanguage();
  const meant = useLocation().hash === `#${terminal.id}`;
  const card = useRef<HTMLElement>(null);
  // A link to one terminal leads to it, however many there are.
  useEffect(() => {
    if (meant) card.current?.scrollIntoView({ block: "center" });
  }, [meant]);
  return (
    <section ref={card} className={meant ? "card card-meant" : "card"} aria-current={meant || undefined}>
      <h2>{terminal.name}</h2>
      <TerminalStanding terminal={terminal} />
      <dl className="facts">
        <div>
          <dt>{t("terminalNo")}</dt>
          <dd>{terminal.no}</dd>
        </div>
        <div>
          <dt>ID</dt>
          <dd>
            <IdText id={terminal.id} />
          </dd>
        </div>
        {terminal.lastSeenAt && (
          <div>
            <dt>{t("lastSeen")}</dt>
            <dd>
              <Moment at={terminal.lastSeenAt} />
            </dd>
          </div>
        )}
        {terminal.model && (
          <div>
            <dt>{t("model")}</dt>
            <dd>
              {terminal.model} {terminal.appVersion}
            </dd>
          </div>
        )}
        {terminal.telemetry?.muted === true && (
          <div>
            <dt>{t("volume")}</dt>
            <dd>
              <Dot tone="broken">{t("muted")}</Dot>
            </dd>
          </div>
        )}
      </dl>
      <div className="card-part">
        <AnnounceRuleOf terminal={terminal} />
      </div>
      <MethodList terminalId={terminal.id} />
      {terminal.state !== "suspended" && <ActivationCode terminalId={terminal.id} />}
      <p>
        <Link to={`/payments?terminalId=${terminal.id}`}>{t("itsPayments")}</Link>
      </p>
    </section>
  );
}

function MethodList({ terminalId }: { terminalId: string }) {
  const { t, pick } = useLanguage();
  const methods = useQuery({
    queryKey: ["methods", terminalId],
    queryFn: () => get<Methods>(`/terminals/${terminalId}/methods`),
    refetchInterval: 10_000,
  });
  return (
    <>
      <h4 style={{ margin: "var(--space-16) 0 var(--space-4)" }}>{t("methods")}</h4>
      {methods.error && <ProblemNotice error={methods.error} />}
      {methods.data?.items.map((method) => (
        <div key={method.method}>
          {pick(productWords(method.method))}{" "}
          <Dot tone={method.available ? "paid" : "broken"}>
            {method.available ? t("available") : t("notAvailable")}
          </Dot>
          {!method.available && <div className="quiet">{pick(method.text)}</div>}
          {method.until && <div className="quiet">{t("methodUntil", { at: exactTime(method.until) })}</div>}
        </div>
      ))}
    </>
  );
}
