// What a merchant may sell through: each product with its state, its reason and its history.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import type { Capability } from "@huiyin/contract/api/merchants.ts";
import { capabilityStateWords } from "@huiyin/contract/words.ts";
import { get, post } from "../api.ts";
import { useLanguage } from "../language.ts";
import { productWords } from "../productWords.ts";
import { Moment } from "./Moment.tsx";
import { ProblemNotice, Waiting } from "./Problem.tsx";
import { Dot, type Tone } from "./State.tsx";

const tones: Record<Capability["state"], Tone> = {
  notApplied: "unpaid",
  applying: "processing",
  enabled: "paid",
  rejected: "broken",
  suspended: "person",
  closed: "unpaid",
};

export function Products({ merchantId }: { merchantId: string }) {
  const { t } = useLanguage();
  const products = useQuery({
    queryKey: ["capabilities", merchantId],
    queryFn: () => get<{ items: Capability[] }>(`/merchants/${merchantId}/capabilities`),
    refetchInterval: 5_000,
  });
  return (
    <section className="card">
      <h2>{t("products")}</h2>
      {products.isPending && <Waiting>{t("loading")}</Waiting>}
      {products.error && <ProblemNotice error={products.error} onRetry={() => void products.refetch()} />}
      {products.data?.items.map((product) => (
        <Product key={product.id} product={product} />
      ))}
    </section>
  );
}

function Product({ product }: { product: Capability }) {
  const { t, pick } = useLanguage();
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: () =>
      post(`/merchants/${product.merchantId}/capabilities/${product.product}`, {
        action: product.state === "suspended" ? "resume" : "open",
      }),
    onSettled: () => queries.invalidateQueries(),
  });
  const openable = product.state !== "enabled" && product.state !== "applying";
  const name = pick(productWords(product.product));
  return (
    <>
      <div className="remedy">
        <div>
          <strong>{name}</strong>
          <Dot tone={tones[product.state]}>{pick(capabilityStateWords[product.state])}</Dot>
          {product.reason && <div className="quiet">{product.reason}</div>}
          {product.history.length > 0 && (
            <details>
              <summary className="quiet">{t("history")}</summary>
              <ul>
                {product.history.map((change) => (
                  <li key={change.version}>
                    <Moment at={change.at} /> · {pick(capabilityStateWords[change.state])}
                    {change.reason ? ` · ${change.reason}` : ""}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
        {openable && (
          <Button
            loading={open.isPending}
            aria-label={`${product.state === "suspended" ? t("resumeProduct") : t("openProduct")} ${name}`}
            onClick={() => open.mutate()}
          >
            {product.state === "suspended" ? t("resumeProduct") : t("openProduct")}
          </Button>
        )}
      </div>
      {open.error && <ProblemNotice error={open.error} />}
    </>
  );
}
