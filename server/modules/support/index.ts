// What other modules may use of support.
export { type Case, type CaseDraft } from "./model.ts";
export { closeCase, closeCases, openCases, type CaseClosing, type SupportDeps } from "./service.ts";
export { supportRoutes } from "./routes.ts";
export { selectCases } from "./store.ts";
