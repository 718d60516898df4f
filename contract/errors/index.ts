// Every refusal the platform can answer: one table, both languages, with what to do next.
// Placeholders in braces are filled from the facts of the refusal.
import { arrivalErrors } from "./arrivals.ts";
import { diagnosisErrors } from "./diagnosis.ts";
import { generalErrors } from "./general.ts";
import { identityErrors } from "./identity.ts";
import { ledgerErrors } from "./ledger.ts";
import { merchantErrors } from "./merchants.ts";
import { paymentErrors } from "./payments.ts";
import { routingErrors } from "./routing.ts";
import { sandboxErrors } from "./sandbox.ts";
import { storeCodeErrors } from "./storeCodes.ts";
import { supportErrors } from "./support.ts";
import { terminalErrors } from "./terminals.ts";
import { webhookErrors } from "./webhooks.ts";

export const errors = {
  ...generalErrors,
  ...identityErrors,
  ...paymentErrors,
  ...merchantErrors,
  ...routingErrors,
  ...diagnosisErrors,
  ...sandboxErrors,
  ...terminalErrors,
  ...arrivalErrors,
  ...ledgerErrors,
  ...supportErrors,
  ...storeCodeErrors,
  ...webhookErrors,
} as const;

export type ErrorCode = keyof typeof errors;
