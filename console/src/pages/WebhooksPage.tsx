// Webhooks: where merchants’ servers are told of outcomes, and what came of every message.
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import type { WebhookEndpoint, WebhookEndpointWithSecret } from "@huiyin/contract/api/webhooks.ts";
import { get } from "../api.ts";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { WebhookCard } from "../components/WebhookCard.tsx";
import { SecretNotice, WebhookForm } from "../components/WebhookForm.tsx";
import { useMerchants } from "../directory.ts";
import { useLanguage } from "../language.ts";
import type { ListOf } from "../views.ts";

export function WebhooksPage() {
  const { t, pick } = useLanguage();
  const merchants = useMerchants();
  const [adding, setAdding] = useState<"yes" | "no">("no");
  const [made, setMade] = useState<WebhookEndpointWithSecret | null>(null);
  const endpoints = useQuery({
    queryKey: ["webhooks"],
    queryFn: () => get<ListOf<WebhookEndpoint>>("/webhook-endpoints", { limit: 100 }),
    refetchInterval: 5_000,
  });
  const nameOf = (id: string): string => {
    const merchant = merchants.find((one) => one.id === id);
    return merchant ? pick(merchant.names) : id;
  };
  return (
    <>
      <div className="page-head">
        <h1>{t("webhooks")}</h1>
        <Button type="primary" onClick={() => setAdding("yes")}>
          {t("webhookAdd")}
        </Button>
      </div>
      <p className="quiet">{t("webhookIntro")}</p>
      {made && <SecretNotice secret={made.secret} onKept={() => setMade(null)} />}
      {adding === "yes" && (
        <section className="card">
          <WebhookForm
            merchants={merchants}
            onEnd={(endpoint) => {
              setAdding("no");
              if (endpoint) setMade(endpoint);
              void endpoints.refetch();
            }}
          />
        </section>
      )}
      {endpoints.isPending && <Waiting>{t("loading")}</Waiting>}
      {endpoints.error && <ProblemNotice error={endpoints.error} onRetry={() => void endpoints.refetch()} />}
      {endpoints.data?.items.length === 0 && adding === "no" && (
        <section className="card">
          <Teaching title={t("noWebhooks")} hint={t("noWebhooksHint")} />
        </section>
      )}
      <div className="stack">
        {endpoints.data?.items.map((endpoint) => (
          <WebhookCard key={endpoint.id} endpoint={endpoint} merchantName={nameOf(endpoint.merchantId)} />
        ))}
      </div>
    </>
  );
}
