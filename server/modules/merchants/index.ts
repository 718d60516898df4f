// What other modules may use of merchants: the directory of every payment, products, maintenance, routes, the demo shop.
export {
  createMerchantDirectory,
  type AccountRoute,
  type MerchantDirectory,
  type MerchantProfile,
} from "./directory.ts";
export { createProductOffice, productOfficeFields, type ProductOffice } from "./productOffice.ts";
export {
  actOnCapability,
  capabilitiesOf,
  liveState,
  openProduct,
  refreshCapabilities,
  refreshCapability,
  type CapabilityView,
} from "./capability/service.ts";
export type { CreditObstacle } from "./credit/decide.ts";
export { creditStanding, setCreditAcceptance, type CreditStanding } from "./credit/service.ts";
export { putChannelAccount } from "./account/service.ts";
export { holdAccountVersion } from "./account/store.ts";
export { announceWindow, maintenanceBetween, recordActualSpan } from "./maintenance/service.ts";
export { standingOf, windowAgainst } from "./maintenance/decide.ts";
export { methodsAt, type TerminalStanding } from "./methods/routes.ts";
export type { Method } from "./methods/decide.ts";
export { applicationFollower, registerMerchantJobs } from "./jobs.ts";
export { createSightings, type Sightings } from "./capability/sightings.ts";
export { merchantRoutes } from "./routes.ts";
export { addFeeRate, addStore, createMerchant, type MerchantDeps, type NewMerchant } from "./service.ts";
export { touchMerchant } from "./store.ts";
export type { AccountKey } from "./vault.ts";
export { actorOf, merchantFor, requireMerchant } from "./access.ts";
export { demoMerchantNumber, ensureDemoMerchant, type DemoMerchant } from "./demo.ts";
export {
  effectiveSpan,
  isShutAt,
  mainRoute,
  routePattern,
  instalmentFeeProduct,
  type Capability,
  type FeeProduct,
  type LiveState,
  type MaintenanceWindow,
  type Product,
  type RouteStanding,
} from "./model.ts";
