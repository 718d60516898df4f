// HTTP of managers’ codes: set, and whether one is set. The code itself is never answered.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import { ManagerCode, SetManagerCode } from "@huiyin/contract/api/terminals.ts";
import { refuse, success, unwrap } from "../../../kernel/result.ts";
import { rfc3339 } from "../../../kernel/time.ts";
import { principalOf } from "../../../platform/http/authentication.ts";
import type { HttpApp } from "../../../platform/http/typeProvider.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { actorOf, merchantFor } from "../../merchants/index.ts";
import type { ManagerCodes } from "./service.ts";
import { findStanding, type ManagerCodeStanding } from "./store.ts";

const ByStore = Type.Object({ storeId: Id("sto") }, { additionalProperties: false });

export function managerCodeRoutes(
  app: HttpApp,
  { pg, managerCodes }: Readonly<{ pg: Pg; managerCodes: ManagerCodes }>,
): void {
  const url = "/v1/stores/:storeId/manager-code";
  const config = { roles: ["operator", "merchant"] } as const;
  const setSchema = {
    tags: ["terminals"],
    summary: "Set the manager's code of a store; it replaces the one before and ends a lock",
    params: ByStore,
    body: SetManagerCode,
    response: { 200: ManagerCode },
  };
  app.put(url, { schema: setSchema, config }, async (request) => {
    const principal = principalOf(request);
    const { storeId } = request.params;
    const merchantId = merchantFor(principal, request.body.merchantId);
    const key = { merchantId, storeId };
    return view(storeId, unwrap(await managerCodes.set(key, request.body.code, actorOf(principal))));
  });

  const readSchema = {
    tags: ["terminals"],
    summary:
      "When the manager's code of a store was set, and until when it is locked; not found where none is set",
    params: ByStore,
    response: { 200: ManagerCode },
  };
  app.get(url, { schema: readSchema, config }, async (request) => {
    const { storeId } = request.params;
    const found = await pg.reader(principalOf(request), (tx) => findStanding(tx, storeId));
    return view(storeId, unwrap(found === null ? refuse("not_found", { what: storeId }) : success(found)));
  });
}

function view(storeId: string, { setAt, lockedUntil }: ManagerCodeStanding): ManagerCode {
  return { storeId, setAt: rfc3339(setAt), lockedUntil: lockedUntil && rfc3339(lockedUntil) };
}
