// What other modules may use of webhooks.
export { writeEvents } from "./events.ts";
export type { NewEvent } from "./model.ts";
