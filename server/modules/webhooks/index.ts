// What other modules may use of webhooks.
export { createDeliverer, type Deliverer } from "./delivering/service.ts";
export type { WebhooksDeps } from "./deps.ts";
export { writeEvents } from "./events.ts";
export type { NewEvent } from "./model.ts";
export { webhookRoutes } from "./routes.ts";
