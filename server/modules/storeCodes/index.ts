// What other modules may use of printed codes.
export { createStoreCodes, type StoreCodeDeps, type StoreCodes } from "./service.ts";
export { createPagePayments } from "./pagePayments.ts";
export { storeCodeRoutes } from "./routes.ts";
export { storeCodeDeps } from "./wiring.ts";
