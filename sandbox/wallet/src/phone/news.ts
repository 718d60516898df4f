// What happened since the page was opened and has not been shown yet: a payment that left, or one that was refused.
import { useEffect, useRef, useState } from "react";
import type { Payments, Refusal, Trade } from "../model.ts";

export type News = Readonly<{ kind: "paid"; trade: Trade }> | Readonly<{ kind: "refused"; refusal: Refusal }>;

/** The oldest piece of news that has not been dismissed. What was there at the first look is no news. */
export function useNews(payments: Payments | null): Readonly<{ news: News | null; dismiss(): void }> {
  const seen = useRef<Set<string> | null>(null);
  const [queue, setQueue] = useState<readonly News[]>([]);

  useEffect(() => {
    if (payments === null) return;
    const all = newsIn(payments);
    const known = seen.current;
    seen.current = new Set([...(known ?? []), ...all.map(keyOf)]);
    if (known === null) return;
    const fresh = all.filter((news) => !known.has(keyOf(news)));
    if (fresh.length > 0) setQueue((waiting) => [...waiting, ...fresh]);
  }, [payments]);

  return { news: queue[0] ?? null, dismiss: () => setQueue((waiting) => waiting.slice(1)) };
}

function newsIn(payments: Payments): News[] {
  const paid = payments.items
    .filter(({ paidAt }) => paidAt !== null)
    .map((trade) => ({ kind: "paid", trade }) as const);
  const refused = payments.refusals.map((refusal) => ({ kind: "refused", refusal }) as const);
  return [...paid, ...refused].toReversed();
}

function keyOf(news: News): string {
  return news.kind === "paid" ? news.trade.tradeNo : `${news.refusal.outTradeNo} ${news.refusal.at}`;
}
