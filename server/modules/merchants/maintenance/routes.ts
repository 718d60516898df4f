// HTTP of maintenance windows.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  CreateMaintenanceWindow,
  MaintenanceActuals,
  MaintenanceStep,
  MaintenanceWindow as WindowSchema,
  MaintenanceWindowPage,
  MaintenanceWindowQuery,
} from "@huiyin/contract/api/maintenance.ts";
import { unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import { actorOf } from "../access.ts";
import type { MaintenanceWindow } from "../model.ts";
import type { MerchantDeps } from "../service.ts";
import { standingOf } from "./decide.ts";
import { announceWindow, recordActualSpan, takeWindowStep } from "./service.ts";
import { listWindows } from "./store.ts";

const tags = ["maintenance"];
const ById = Type.Object({ id: Id("mwn") }, { additionalProperties: false });

export type MaintenanceDeps = Readonly<{
  /** Told after every change made by this process. */
  windowsChanged?: () => void;
}>;

type Deps = Pick<MerchantDeps, "pg" | "world"> & MaintenanceDeps;

export function maintenanceRoutes(app: HttpApp, deps: Deps): void {
  const postSchema = {
    tags,
    summary: "Announce a maintenance window",
    body: CreateMaintenanceWindow,
    response: { 201: WindowSchema },
  };
  app.post(
    "/v1/maintenance-windows",
    { schema: postSchema, config: { roles: ["operator"] } },
    async (request, reply) => {
      const { plannedFrom, plannedTo, ...rest } = request.body;
      const wanted = { ...rest, plannedFrom: new Date(plannedFrom), plannedTo: new Date(plannedTo) };
      const window = unwrap(await announceWindow(deps, wanted, actorOf(principalOf(request))));
      deps.windowsChanged?.();
      return reply.code(201).send(windowView(window, deps.world.now()));
    },
  );

  const patchSchema = {
    tags,
    summary: "Put right when a window really began and ended",
    params: ById,
    body: MaintenanceActuals,
    response: { 200: WindowSchema },
  };
  app.patch(
    "/v1/maintenance-windows/:id",
    { schema: patchSchema, config: { roles: ["operator"] } },
    async (request) => {
      const { actualFrom, actualTo } = request.body;
      const actual = { from: dateOrNull(actualFrom), to: dateOrNull(actualTo) };
      const window = unwrap(await recordActualSpan(deps, request.params.id, actual));
      deps.windowsChanged?.();
      return windowView(window, deps.world.now());
    },
  );

  stepRoutes(app, deps);

  const getSchema = {
    tags,
    summary: "Maintenance windows, newest first",
    querystring: MaintenanceWindowQuery,
    response: { 200: MaintenanceWindowPage },
  };
  app.get(
    "/v1/maintenance-windows",
    { schema: getSchema, config: { roles: ["operator", "merchant", "terminal"] } },
    async (request) => {
      const { limit = 10, after } = request.query;
      const cursor = after !== undefined && /^mwn_[0-9a-f]{32}$/.test(after) ? after : null;
      const found = await deps.pg.reader(principalOf(request), (tx) =>
        listWindows(tx, { after: cursor, limit }),
      );
      return {
        items: found.slice(0, limit).map((window) => windowView(window, deps.world.now())),
        hasMore: found.length > limit,
      };
    },
  );
}

function stepRoutes(app: HttpApp, deps: Deps): void {
  const schema = {
    tags,
    summary: "Begin, end or call off a window now, by the clock of the platform",
    params: ById,
    body: MaintenanceStep,
    response: { 200: WindowSchema },
  };
  app.post(
    "/v1/maintenance-windows/:id/steps",
    { schema, config: { roles: ["operator"] } },
    async (request) => {
      const window = unwrap(await takeWindowStep(deps, request.params.id, request.body.step));
      deps.windowsChanged?.();
      return windowView(window, deps.world.now());
    },
  );
}

function dateOrNull(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}

function windowView(window: MaintenanceWindow, now: Date): WindowSchema {
  return {
    id: window.id,
    scope: window.scope,
    method: window.method,
    route: window.route,
    bank: window.bank,
    standing: standingOf(window, now),
    plannedFrom: rfc3339(window.plannedFrom),
    plannedTo: rfc3339(window.plannedTo),
    actualFrom: window.actualFrom === null ? null : rfc3339(window.actualFrom),
    actualTo: window.actualTo === null ? null : rfc3339(window.actualTo),
    texts: window.texts,
    createdAt: rfc3339(window.createdAt),
  };
}
