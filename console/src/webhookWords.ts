// How a message to a merchant’s server stands, and what is wrong with an address as it is typed.
import type { WebhookAttempt, WebhookDelivery, WebhookDeliveryState } from "@huiyin/contract/api/webhooks.ts";
import type { Tone } from "./components/State.tsx";
import type { zh } from "./texts.ts";

type Standing = readonly [Tone, keyof typeof zh];

const standings: Record<WebhookDeliveryState, Standing> = {
  waiting: ["processing", "webhookWaiting"],
  delivered: ["paid", "webhookDelivered"],
  failed: ["broken", "webhookFailed"],
};

const retrying: Standing = ["person", "webhookRetrying"];

/** What failed so far and is tried again is told from what nobody has sent yet. */
export function standingOf({
  state,
  attempts,
}: Pick<WebhookDelivery, "state"> &
  Readonly<{ attempts: ReadonlyArray<Pick<WebhookAttempt, "problem">> }>): Standing {
  const failing = attempts.length > 0 && attempts.every(({ problem }) => problem !== null);
  return state === "waiting" && failing ? retrying : standings[state];
}

/** Whether it can be an address at all; which of them may be reached, the platform says. */
export function addressProblem(typed: string): "none" | "webhookUrlFirst" | "webhookUrlWrong" {
  const url = typed.trim();
  if (url === "") return "webhookUrlFirst";
  return /^https?:\/\//iu.test(url) && URL.canParse(url) ? "none" : "webhookUrlWrong";
}
