// Maintenance windows over HTTP: when a channel, or this platform, is or was shut.
import { Type, type Static } from "typebox";
import { methodCodes } from "./merchants.ts";
import { Id, LocalizedText, Moment, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

export const maintenanceScopes = ["own", "alipay", "wechat", "unionpay"] as const;

/** A name of one of several accounts at a channel: "main" is the first one. */
export const routeNamePattern = "^[a-z][0-9A-Za-z-]{0,31}$";

/** POST /v1/maintenance-windows. Without method, route and bank the whole of the scope is shut. */
export const CreateMaintenanceWindow = Type.Object(
  {
    scope: OneOf(maintenanceScopes),
    method: Type.Optional(OneOf(methodCodes)),
    route: Type.Optional(
      Type.String({ pattern: routeNamePattern, description: "Only accounts of this route" }),
    ),
    bank: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 32,
        description: "Only payers of this bank, as the channel names it",
      }),
    ),
    plannedFrom: Moment,
    plannedTo: Moment,
    texts: Type.Object(
      {
        zh: Type.String({ minLength: 1, maxLength: 500 }),
        en: Type.String({ minLength: 1, maxLength: 500 }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type CreateMaintenanceWindow = Static<typeof CreateMaintenanceWindow>;

export const maintenanceSteps = ["begin", "end", "callOff"] as const;

/** POST /v1/maintenance-windows/{id}/steps: it begins, ends or is called off now, by the clock of the platform. */
export const MaintenanceStep = Type.Object(
  { step: OneOf(maintenanceSteps) },
  { additionalProperties: false },
);
export type MaintenanceStep = Static<typeof MaintenanceStep>;

/** PATCH /v1/maintenance-windows/{id}: when it really began and ended, put right afterwards. */
export const MaintenanceActuals = Type.Object(
  { actualFrom: Nullable(Moment), actualTo: Nullable(Moment) },
  { additionalProperties: false },
);
export type MaintenanceActuals = Static<typeof MaintenanceActuals>;

export const MaintenanceWindow = Type.Object(
  {
    id: Id("mwn"),
    scope: OneOf(maintenanceScopes),
    method: Nullable(OneOf(methodCodes)),
    route: Nullable(Type.String()),
    bank: Nullable(Type.String()),
    standing: OneOf(["planned", "open", "over"]),
    plannedFrom: Timestamp,
    plannedTo: Timestamp,
    actualFrom: Nullable(Timestamp),
    actualTo: Nullable(Timestamp),
    texts: LocalizedText,
    createdAt: Timestamp,
  },
  { additionalProperties: false },
);
export type MaintenanceWindow = Static<typeof MaintenanceWindow>;
export const MaintenanceWindowPage = Page(MaintenanceWindow);
export const MaintenanceWindowQuery = Type.Object(
  { limit: PageQuery.limit, after: PageQuery.after },
  { additionalProperties: false },
);
