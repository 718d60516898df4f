// The ways to pay as a cashier reads them. Pure.
import type { Locale } from "@huiyin/contract/words.ts";
import type { MethodsView } from "./services.ts";

type Standing = MethodsView["items"][number];

/** Methods of which the same is to be said; `reason` is why they are shut, null where they are open. */
export type MethodGroup = Readonly<{ methods: readonly Standing["method"][]; reason: string | null }>;

/** What is open one by one; what is shut for the same reason together, where the first of them stands. */
export function groupedByReason(items: readonly Standing[], language: Locale): readonly MethodGroup[] {
  const groups: Array<{ methods: Standing["method"][]; reason: string | null }> = [];
  for (const { method, available, text } of items) {
    const reason = available ? null : text[language];
    const group = reason === null ? undefined : groups.find((one) => one.reason === reason);
    if (group === undefined) groups.push({ methods: [method], reason });
    else group.methods.push(method);
  }
  return groups;
}
