// Merchants and what each may sell through: products with their state, reason and history.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { capabilityStateWords } from "@huiyin/contract/words.ts";
import type { Capability, Merchant } from "@huiyin/contract/api/merchants.ts";
import { get, post } from "../api.ts";
import { Moment } from "../components/Moment.tsx";
import { ProblemNotice, Teaching, Waiting } from "../components/Problem.tsx";
import { Dot, type Tone } from "../components/State.tsx";
import { useLanguage } from "../language.ts";
import { productWords } from "../productWords.ts";
import type { ListOf } from "../views.ts";

const capabilityTones: Record<Capability["state"], Tone> = {
  notApplied: "unpaid",
  applying: "processing",
  enabled: "paid",
  rejected: "broken",
  suspended: "person",
  closed: "unpaid",
};

export function MerchantsPage() {
  const { t } = useLanguage();
  const merchants = useQuery({
    queryKey: ["merchants"],
    queryFn: () => get<ListOf<Merchant>>("/merchants", { limit: 100 }),
  });
  return (
    <>
      <div className="page-head">
        <h1>{t("merchants")}</h1>
      </div>
      {merchants.isPending && <Waiting>{t("loading")}</Waiting>}
      {merchants.error && <ProblemNotice error={merchants.error} onRetry={() => void merchants.refetch()} />}
      {merchants.data?.items.length === 0 && (
        <Teaching title={t("noMerchants")} hint={t("noMerchantsHint")} />
      )}
      {merchants.data?.items.map((merchant) => (
        <MerchantCard key={merchant.id} merchant={merchant} />
      ))}
    </>
  );
}

function MerchantCard({ merchant }: { merchant: Merchant }) {
  const { t, pick } = useLanguage();
  const capabilities = useQuery({
    queryKey: ["capabilities", merchant.id],
    queryFn: () => get<{ items: Capability[] }>(`/merchants/${merchant.id}/capabilities`),
    refetchInterval: 5_000,
  });
  return (
    <section className="card">
      <h2>{pick(merchant.names)}</h2>
      <dl className="facts" style={{ marginTop: 0 }}>
        <div>
          <dt>{t("merchantNo")}</dt>
          <dd>{merchant.number}</dd>
        </div>
        <div>
          <dt>MCC</dt>
          <dd>{merchant.mcc}</dd>
        </div>
      </dl>
      {capabilities.error && <ProblemNotice error={capabilities.error} />}
      {capabilities.data?.items.map((capability) => (
        <CapabilityRow key={capability.id} capability={capability} />
      ))}
    </section>
  );
}

function CapabilityRow({ capability }: { capability: Capability }) {
  const { t, pick } = useLanguage();
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: () =>
      post(`/merchants/${capability.merchantId}/capabilities/${capability.product}`, {
        action: capability.state === "suspended" ? "resume" : "open",
      }),
    onSettled: () => queries.invalidateQueries(),
  });
  const openable = capability.state !== "enabled" && capability.state !== "applying";
  return (
    <>
      <div className="remedy">
        <div>
          <strong>{pick(productWords(capability.product))}</strong>{" "}
          <Dot tone={capabilityTones[capability.state]}>{pick(capabilityStateWords[capability.state])}</Dot>
          {capability.reason && <div className="quiet">{capability.reason}</div>}
          <details>
            <summary className="quiet">{t("history")}</summary>
            <ul>
              {capability.history.map((change) => (
                <li key={change.version}>
                  <Moment at={change.at} /> · {pick(capabilityStateWords[change.state])}
                  {change.reason ? ` · ${change.reason}` : ""}
                </li>
              ))}
            </ul>
          </details>
        </div>
        {openable && (
          <Button type="primary" loading={open.isPending} onClick={() => open.mutate()}>
            {t("openProduct")}
          </Button>
        )}
      </div>
      {open.error && <ProblemNotice error={open.error} />}
    </>
  );
}
