// What other modules may use of routing: the choice of an account, the health of gateways, and their routes.
export { createRouting, type Chosen, type Routing } from "./service.ts";
export { createHealthMonitor, type ChannelHealthMonitor } from "./health/service.ts";
export { routingRoutes } from "./routes.ts";
export { routingLimits } from "./limits.ts";
export type { ChoiceRow } from "./store.ts";
export type { Question, TakingMethod } from "./model.ts";
