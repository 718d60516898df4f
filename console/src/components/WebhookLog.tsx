// What was sent to an endpoint, newest first: each message with its attempts, and a way to send it again.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type {
  WebhookAttempt,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookProblem,
} from "@huiyin/contract/api/webhooks.ts";
import { get, post } from "../api.ts";
import { useLanguage } from "../language.ts";
import type { zh } from "../texts.ts";
import { exactTime } from "../times.ts";
import type { ListOf } from "../views.ts";
import { Moment } from "./Moment.tsx";
import { ProblemNotice } from "./Problem.tsx";
import { Dot } from "./State.tsx";
import { standingOf } from "../webhookWords.ts";

const shownMax = 20;

const problemWords: Record<WebhookProblem, keyof typeof zh> = {
  answered: "webhookAnswered",
  redirected: "webhookRedirected",
  gone: "webhookGone",
  timedOut: "webhookTimedOut",
  unreachable: "webhookUnreachable",
  nameNotFound: "webhookNameNotFound",
  addressRefused: "webhookAddressRefused",
  certificateRefused: "webhookCertificateRefused",
  endpointDisabled: "webhookEndpointDisabled",
};

export function WebhookLog({ endpoint }: { endpoint: WebhookEndpoint }) {
  const { t } = useLanguage();
  const log = useQuery({
    queryKey: ["webhooks", "log", endpoint.id],
    queryFn: () =>
      get<ListOf<WebhookDelivery>>(`/webhook-endpoints/${endpoint.id}/deliveries`, { limit: shownMax }),
    refetchInterval: 3_000,
  });
  return (
    <>
      <h3>{t("webhookLog")}</h3>
      {log.error && <ProblemNotice error={log.error} />}
      {log.data?.items.length === 0 && <p className="quiet">{t("webhookNoLog")}</p>}
      {log.data?.items.map((delivery) => (
        <Entry key={delivery.eventId} delivery={delivery} endpoint={endpoint} />
      ))}
    </>
  );
}

function Entry({ delivery, endpoint }: { delivery: WebhookDelivery; endpoint: WebhookEndpoint }) {
  const { t } = useLanguage();
  const queries = useQueryClient();
  const { eventId, attempts, nextAttemptAt } = delivery;
  const resend = useMutation({
    mutationFn: () => post(`/webhook-endpoints/${endpoint.id}/resends`, { eventId }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["webhooks"] }),
  });
  const [tone, words] = standingOf(delivery);
  return (
    <details className="webhook-entry">
      <summary>
        <Dot tone={tone}>{t(words)}</Dot> <code>{delivery.type}</code> <Moment at={delivery.occurredAt} />{" "}
        <span className="quiet">{t("webhookAttempts", { count: attempts.length })}</span>
      </summary>
      {delivery.state === "waiting" && nextAttemptAt && attempts.length > 0 && (
        <p className="quiet">
          {t("webhookNext")} {exactTime(nextAttemptAt)}
        </p>
      )}
      <ul>
        {attempts.map((attempt) => (
          <AttemptLine key={attempt.id} attempt={attempt} />
        ))}
      </ul>
      <p className="quiet">{t("webhookBody")}</p>
      <pre style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{delivery.body}</pre>
      {resend.error && <ProblemNotice error={resend.error} />}
      {endpoint.state === "enabled" && (
        <Button size="small" loading={resend.isPending} onClick={() => resend.mutate()}>
          {t("webhookResend")}
        </Button>
      )}
    </details>
  );
}

function AttemptLine({ attempt }: { attempt: WebhookAttempt }) {
  const { t } = useLanguage();
  const { at, durationMs, status, problem, answer } = attempt;
  const said = problem === null ? t("webhookDelivered") : t(problemWords[problem], { status: status ?? "" });
  return (
    <li>
      {exactTime(at)} · {said} · {durationMs} ms{status !== null && problem === null && ` · ${status}`}
      {answer !== null && (
        <>
          {" "}
          <code>{answer.slice(0, 200)}</code>
        </>
      )}
    </li>
  );
}
