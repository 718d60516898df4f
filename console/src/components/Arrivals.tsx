// Whether the arrival was heard: accepted, delivered and spoken are three recorded facts, per terminal.
import { useQuery } from "@tanstack/react-query";
import type { Arrival } from "@huiyin/contract/api/arrivals.ts";
import { arrivalStageWords } from "@huiyin/contract/words.ts";
import { get } from "../api.ts";
import { useLanguage } from "../language.ts";
import { silenceWords } from "../silenceWords.ts";
import { IdText } from "./IdText.tsx";
import { ProblemNotice } from "./Problem.tsx";
import { Dot, type Tone } from "./State.tsx";
import { exactTime } from "../times.ts";

const tones: Record<Arrival["stage"], Tone> = {
  accepted: "processing",
  delivered: "processing",
  speaking: "processing",
  spoken: "paid",
  interrupted: "broken",
  stale: "unpaid",
};

export function Arrivals({ paymentId }: { paymentId: string }) {
  const { t } = useLanguage();
  const arrivals = useQuery({
    queryKey: ["arrivals", paymentId],
    queryFn: () => get<{ items: Arrival[] }>(`/payments/${paymentId}/arrivals`),
    refetchInterval: 3_000,
  });
  return (
    <section className="card">
      <h2>{t("arrivals")}</h2>
      {arrivals.error && <ProblemNotice error={arrivals.error} onRetry={() => void arrivals.refetch()} />}
      {arrivals.data?.items.length === 0 && <p className="quiet">{t("noArrivals")}</p>}
      {arrivals.data?.items.map((arrival) => (
        <ArrivalRow key={arrival.id} arrival={arrival} />
      ))}
    </section>
  );
}

function ArrivalRow({ arrival }: { arrival: Arrival }) {
  const { t, pick } = useLanguage();
  const stages = [
    ["accepted", arrival.acceptedAt],
    ["delivered", arrival.deliveredAt],
    ["spoken", arrival.spokenAt],
  ] as const;
  return (
    <div className="remedy">
      <div>
        <Dot tone={tones[arrival.stage]}>{pick(arrivalStageWords[arrival.stage])}</Dot>{" "}
        <span lang="zh-CN">“{arrival.text}”</span>
        {arrival.unheardAt && !arrival.spokenAt && <div className="quiet">{t("nobodyHeard")}</div>}
        {arrival.silenceReason && (
          <div className="quiet">
            {t("factSilence")} {pick(silenceWords[arrival.silenceReason])}
          </div>
        )}
        <div className="quiet">
          {t("terminal")} <IdText id={arrival.terminalId} />
        </div>
      </div>
      <ol className="stages">
        {stages.map(([stage, at]) => (
          <li key={stage} className={at ? "stage-done" : "stage-open"}>
            {pick(arrivalStageWords[stage])}
            <span className="quiet moment">{at ? exactTime(at).slice(11) : "—"}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
