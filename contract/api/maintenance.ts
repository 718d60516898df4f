// Maintenance windows over HTTP: when a channel, or this platform, is or was shut.
import { Type, type Static } from "typebox";
import { Id, LocalizedText, Nullable, OneOf, Page, PageQuery, Timestamp } from "./common.ts";

export const maintenanceScopes = ["own", "alipay", "wechat", "unionpay"] as const;

/** POST /v1/maintenance-windows */
export const CreateMaintenanceWindow = Type.Object(
  {
    scope: OneOf(maintenanceScopes),
    plannedFrom: Timestamp,
    plannedTo: Timestamp,
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

/** PATCH /v1/maintenance-windows/{id}: when it really began and ended. */
export const MaintenanceActuals = Type.Object(
  { actualFrom: Nullable(Timestamp), actualTo: Nullable(Timestamp) },
  { additionalProperties: false },
);
export type MaintenanceActuals = Static<typeof MaintenanceActuals>;

export const MaintenanceWindow = Type.Object(
  {
    id: Id("mwn"),
    scope: OneOf(maintenanceScopes),
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
