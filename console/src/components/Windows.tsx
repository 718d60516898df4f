// When channels are or were shut: the list, planning one, and writing down that it really began or ended.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { channelWords } from "@huiyin/contract/words.ts";
import type { MaintenanceWindow } from "@huiyin/contract/api/maintenance.ts";
import { get, post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { productWords } from "../productWords.ts";
import { exactTime } from "../times.ts";
import type { ListOf } from "../views.ts";
import { stepsOf, type WindowStep } from "../windowDraft.ts";
import { ProblemNotice, Teaching, Waiting } from "./Problem.tsx";
import { Dot } from "./State.tsx";
import { WindowForm } from "./WindowForm.tsx";

const windowsShown = 20;
const windowsShownMax = 100;
const standings = {
  planned: { tone: "person", text: "windowPlanned" },
  open: { tone: "broken", text: "windowOpen" },
  over: { tone: "unpaid", text: "windowOver" },
} as const;

export function Windows() {
  const { t } = useLanguage();
  const [adding, setAdding] = useState(false);
  const [limit, setLimit] = useState(windowsShown);
  const windows = useQuery({
    queryKey: ["maintenanceWindows", limit],
    queryFn: () => get<ListOf<MaintenanceWindow>>("/maintenance-windows", { limit }),
    refetchInterval: 10_000,
    placeholderData: (before) => before,
  });
  return (
    <section className="card">
      <div className="card-head">
        <h2>{t("windows")}</h2>
        {!adding && <Button onClick={() => setAdding(true)}>{t("windowAdd")}</Button>}
      </div>
      {adding && <WindowForm onEnd={() => setAdding(false)} />}
      {windows.isPending && <Waiting>{t("loading")}</Waiting>}
      {windows.error && <ProblemNotice error={windows.error} onRetry={() => void windows.refetch()} />}
      {windows.data?.items.length === 0 && !adding && (
        <Teaching title={t("windowsNone")} hint={t("windowsNoneHint")} />
      )}
      {windows.data?.items.map((window) => (
        <WindowLine key={window.id} window={window} />
      ))}
      {windows.data?.hasMore && limit < windowsShownMax && (
        <div className="pager">
          <Button onClick={() => setLimit(windowsShownMax)}>{t("windowsMore")}</Button>
        </div>
      )}
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
    <article className="remedy" aria-label={pick(window.texts)}>
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
      <Steps window={window} />
    </article>
  );
}

const stepTexts = {
  begin: { name: "windowBegin", ask: "windowBeginAsk" },
  end: { name: "windowEnd", ask: "windowEndAsk" },
  callOff: { name: "windowCallOff", ask: "windowCallOffAsk" },
} as const;

/** Asked once more before it counts: payments go elsewhere from then on. */
function Steps({ window }: { window: MaintenanceWindow }) {
  const { t } = useLanguage();
  const { message, modal } = App.useApp();
  const queries = useQueryClient();
  const mark = useMutation({
    mutationFn: (step: WindowStep) =>
      post<MaintenanceWindow>(`/maintenance-windows/${window.id}/steps`, { step }),
    onSuccess: () => void message.success(t("windowMarked")),
    // Refused too: somebody else may have been faster.
    onSettled: () => queries.invalidateQueries({ queryKey: ["maintenanceWindows"] }),
  });
  const steps = stepsOf(window);
  if (steps.length === 0 && !mark.error) return null;
  const ask = (step: WindowStep) =>
    modal.confirm({
      title: t(stepTexts[step].name),
      content: t(stepTexts[step].ask),
      okText: t("confirm"),
      cancelText: t("cancel"),
      onOk: () => mark.mutate(step),
    });
  return (
    <div className="button-row">
      {steps.map((step) => (
        <Button key={step} loading={mark.isPending} onClick={() => ask(step)}>
          {t(stepTexts[step].name)}
        </Button>
      ))}
      {mark.error && <ProblemNotice error={mark.error} />}
    </div>
  );
}
