// What happened to a payment, hop by hop, with the raw exchange folded away.
import { useQuery } from "@tanstack/react-query";
import { get } from "../api.ts";
import { useLanguage } from "../language.ts";
import { eventSentence } from "../timelineWords.ts";
import { exactTime } from "../times.ts";
import type { TimelineEventView } from "../views.ts";
import { ProblemNotice, Waiting } from "./Problem.tsx";

export function TimelineStory({ paymentId, live }: { paymentId: string; live: "yes" | "no" }) {
  const { t } = useLanguage();
  const timeline = useQuery({
    queryKey: ["timeline", paymentId],
    queryFn: () => get<{ items: TimelineEventView[] }>(`/payments/${paymentId}/timeline`),
    refetchInterval: live === "yes" ? 2_000 : 10_000,
  });
  return (
    <section className="card">
      <h2>{t("timeline")}</h2>
      {timeline.isPending && <Waiting>{t("loading")}</Waiting>}
      {timeline.error && <ProblemNotice error={timeline.error} onRetry={() => void timeline.refetch()} />}
      <ol className="story">
        {timeline.data?.items.map((event) => (
          <Hop key={event.id} event={event} />
        ))}
      </ol>
    </section>
  );
}

function Hop({ event }: { event: TimelineEventView }) {
  const { t, pick } = useLanguage();
  return (
    <li>
      <div className="story-head">
        <time dateTime={event.at} className="moment quiet">
          {exactTime(event.at)}.{event.at.slice(20, 23)}
        </time>
        <strong>{pick(eventSentence(event))}</strong>
        {event.direction && (
          <span className="quiet">{event.direction === "in" ? t("inbound") : t("outbound")}</span>
        )}
      </div>
      <details>
        <summary>{t("rawExchange")}</summary>
        <pre>{JSON.stringify(event.data, null, 2)}</pre>
      </details>
    </li>
  );
}
