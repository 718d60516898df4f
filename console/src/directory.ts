// What several pages need beside their own subject: names of terminals, stores and merchants, and what waits for a person.
import { useQuery } from "@tanstack/react-query";
import type { Refund } from "@huiyin/contract/api/refunds.ts";
import type { Merchant, MerchantDetail } from "@huiyin/contract/api/merchants.ts";
import type { Case } from "@huiyin/contract/api/support.ts";
import type { Terminal } from "@huiyin/contract/api/terminals.ts";
import { get } from "./api.ts";
import type { ListOf, PaymentView } from "./views.ts";

const namesMs = 60_000;
const countsMs = 15_000;
const countMax = 100;

/** The terminals, newest first, at most a hundred: more are found by typing their name. */
export function useTerminals() {
  const terminals = useQuery({
    queryKey: ["terminals", "names"],
    queryFn: () => get<ListOf<Terminal>>("/terminals", { limit: 100 }),
    staleTime: namesMs,
  });
  return terminals.data?.items ?? [];
}

/** The merchants, newest first, at most a hundred. */
export function useMerchants() {
  const merchants = useQuery({
    queryKey: ["merchants", "names"],
    queryFn: () => get<ListOf<Merchant>>("/merchants", { limit: 100 }),
    staleTime: namesMs,
  });
  return merchants.data?.items ?? [];
}

/** The stores of a merchant; none while no merchant is named. */
export function useStores(merchantId: string | undefined) {
  const detail = useQuery({
    queryKey: ["merchant", merchantId],
    queryFn: () => get<MerchantDetail>(`/merchants/${merchantId ?? ""}`),
    enabled: merchantId !== undefined,
    staleTime: namesMs,
  });
  return detail.data?.stores ?? [];
}

/** How many things wait, as a text for a badge; empty where none does. */
export type Count = Readonly<{ count: number; text: string }>;

function countOf(...lists: ReadonlyArray<ListOf<unknown> | undefined>): Count {
  const count = lists.reduce((sum, list) => sum + (list?.items.length ?? 0), 0);
  const more = lists.some((list) => list?.hasMore);
  return { count, text: count === 0 ? "" : more ? `${countMax - 1}+` : String(count) };
}

/** What waits for a person: the counts of the menu. */
export function useWaiting(): Readonly<{ reviews: Count; cases: Count }> {
  const many = { limit: countMax };
  const payments = useQuery({
    queryKey: ["payments", "reviewCount"],
    queryFn: () => get<ListOf<PaymentView>>("/payments", { review: "true", ...many }),
    refetchInterval: countsMs,
  });
  const refunds = useQuery({
    queryKey: ["refunds", "reviewCount"],
    queryFn: () => get<ListOf<Refund>>("/refunds", { review: "true", ...many }),
    refetchInterval: countsMs,
  });
  const cases = useQuery({
    queryKey: ["cases", "openCount"],
    queryFn: () => get<ListOf<Case>>("/cases", { state: "open", ...many }),
    refetchInterval: countsMs,
  });
  return { reviews: countOf(payments.data, refunds.data), cases: countOf(cases.data) };
}
