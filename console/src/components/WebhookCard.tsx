// One endpoint: how it stands, what can be done with it, and its log.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm, Select } from "antd";
import { useState } from "react";
import type {
  WebhookDisabledReason,
  WebhookEndpoint,
  WebhookEndpointWithSecret,
} from "@huiyin/contract/api/webhooks.ts";
import { patch, post, remove } from "../api.ts";
import { useLanguage } from "../language.ts";
import type { zh } from "../texts.ts";
import { Moment } from "./Moment.tsx";
import { ProblemNotice } from "./Problem.tsx";
import { Dot } from "./State.tsx";
import { SecretNotice } from "./WebhookForm.tsx";
import { WebhookLog } from "./WebhookLog.tsx";
import { exactTime } from "../times.ts";

const reasonWords: Record<WebhookDisabledReason, keyof typeof zh> = {
  person: "webhookByPerson",
  failing: "webhookByFailing",
  gone: "webhookByGone",
};

type CardProperties = Readonly<{ endpoint: WebhookEndpoint; merchantName: string }>;

export function WebhookCard({ endpoint, merchantName }: CardProperties) {
  const { t } = useLanguage();
  const { disabledReason: reason, failingSince, previousSecretValidUntil: until } = endpoint;
  return (
    <section className="card">
      <h2 style={{ overflowWrap: "anywhere" }}>{endpoint.url}</h2>
      {reason === null ? (
        <Dot tone={failingSince === null ? "paid" : "person"}>{t("webhookEnabled")}</Dot>
      ) : (
        <Dot tone={reason === "person" ? "unpaid" : "broken"}>{t(reasonWords[reason])}</Dot>
      )}
      <p className="quiet">
        {merchantName}
        {endpoint.description !== "" && ` · ${endpoint.description}`}
        {until && ` · ${t("webhookBothSecrets", { at: exactTime(until) })}`}
      </p>
      {reason !== null && <p className="quiet">{t("webhookDisabledNext")}</p>}
      {failingSince && (
        <p className="quiet">
          {t("webhookFailingSince")} <Moment at={failingSince} />
        </p>
      )}
      <WebhookActions endpoint={endpoint} />
      <WebhookLog endpoint={endpoint} />
    </section>
  );
}

function WebhookActions({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const path = `/webhook-endpoints/${endpoint.id}`;
  const onSuccess = () => queries.invalidateQueries({ queryKey: ["webhooks"] });
  const rotate = useMutation({
    mutationFn: () => post<WebhookEndpointWithSecret>(`${path}/secrets`),
    onSuccess,
    gcTime: 0,
  });
  const test = useMutation({ mutationFn: () => post(`${path}/tests`), onSuccess });
  const turn = useMutation({ mutationFn: (state: string) => patch(path, { state }), onSuccess });
  const drop = useMutation({ mutationFn: () => remove(path), onSuccess });
  const enabled = endpoint.state === "enabled";
  const error = rotate.error ?? test.error ?? turn.error ?? drop.error;
  return (
    <>
      {rotate.data && <SecretNotice secret={rotate.data.secret} onKept={() => rotate.reset()} />}
      {error && <ProblemNotice error={error} />}
      <div className="button-row">
        {enabled && (
          <Button loading={test.isPending} onClick={() => test.mutate()}>
            {t("webhookTest")}
          </Button>
        )}
        <Button loading={turn.isPending} onClick={() => turn.mutate(enabled ? "disabled" : "enabled")}>
          {enabled ? t("webhookDisable") : t("webhookEnable")}
        </Button>
        <Popconfirm title={t("webhookRotateAsk")} onConfirm={() => rotate.mutate()}>
          <Button loading={rotate.isPending}>{t("webhookRotate")}</Button>
        </Popconfirm>
        <Popconfirm title={t("webhookDeleteAsk")} onConfirm={() => drop.mutate()}>
          <Button danger loading={drop.isPending}>
            {t("webhookDelete")}
          </Button>
        </Popconfirm>
      </div>
      {enabled && <Replay path={path} />}
    </>
  );
}

const daysOffered = [
  [1, "webhookReplayDay"],
  [7, "webhookReplayWeek"],
  [30, "webhookReplayMonth"],
] as const;

function Replay({ path }: { path: string }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const [days, setDays] = useState(1);
  const replay = useMutation({
    mutationFn: () => {
      const since = new Date(Date.now() - days * 86_400_000).toISOString();
      return post<{ queued: number }>(`${path}/replays`, { since });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  });
  return (
    <div className="button-row" style={{ marginTop: "var(--space-8)" }}>
      <Select
        aria-label={t("webhookReplay")}
        value={days}
        onChange={setDays}
        popupMatchSelectWidth={false}
        options={daysOffered.map(([value, words]) => ({ value, label: t(words) }))}
      />
      <Button loading={replay.isPending} onClick={() => replay.mutate()}>
        {t("webhookReplay")}
      </Button>
      {replay.data && (
        <span role="status">
          {replay.data.queued === 0
            ? t("webhookReplayNone")
            : t("webhookReplayDone", { count: replay.data.queued })}
        </span>
      )}
      {replay.error && <ProblemNotice error={replay.error} />}
    </div>
  );
}
