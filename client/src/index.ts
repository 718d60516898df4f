// What the package offers.
export {
  createClient,
  type Caller,
  type CallInput,
  type Client,
  type ClientOptions,
  type Payment,
  type Refund,
} from "./client.ts";
export type { ErrorCode, Operations } from "./generated/operations.ts";
export { HuiyinError, orThrow, type Problem, type Refused, type Result, type Unanswered } from "./problem.ts";
export type { RetryPolicy } from "./retries.ts";
export { verifyWebhook, type Verified, type VerifyOptions, type WebhookMessage } from "./webhooks.ts";
