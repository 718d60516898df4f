// What other modules may use of arrivals.
export { type ArrivalsDeps, type CasesPort, type SilentCase, type SilentCaseClosing } from "./deps.ts";
export type { Arrival, NewArrival, PaidOrder } from "./model.ts";
export { arrivalRoutes } from "./routes.ts";
export { createArrivals, type Arrivals, type Replay } from "./service.ts";
export { listOfPayment, type ArrivalWithSummary } from "./store.ts";
