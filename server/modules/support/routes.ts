// HTTP of cases: schema in, schema out, no rules.
import { Type } from "typebox";
import { Case as CaseSchema, CaseClosing, CasePage, CaseQuery } from "@huiyin/contract/api/support.ts";
import { Id } from "@huiyin/contract/api/common.ts";
import { caseKindWords } from "@huiyin/contract/words.ts";
import { isId } from "../../kernel/ids.ts";
import { refuse, unwrap } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Case } from "./model.ts";
import { closeCase, type SupportDeps } from "./service.ts";
import { selectCases } from "./store.ts";

const tags = ["support"];

/** Registers every route of this module. */
export function supportRoutes(app: HttpApp, deps: SupportDeps): void {
  const listSchema = {
    tags,
    summary: "Cases that a person has to look at, newest first",
    querystring: CaseQuery,
    response: { 200: CasePage },
  };
  app.get(
    "/v1/cases",
    { schema: listSchema, config: { roles: ["operator", "merchant"] } },
    async (request) => {
      const { limit = 10, after, before, merchantId, kind, state, paymentId } = request.query;
      const filter = {
        merchantId: merchantId ?? null,
        kind: kind ?? null,
        state: state ?? null,
        paymentId: paymentId ?? null,
        after: cursorOf(after),
        before: cursorOf(before),
        limit: limit + 1,
      };
      const found = await deps.pg.reader(principalOf(request), (tx) => selectCases(tx, filter));
      const page = found.slice(0, limit);
      if (filter.before !== null) page.reverse();
      return { items: page.map(caseView), hasMore: found.length > limit };
    },
  );

  const closeSchema = {
    tags,
    summary: "Close a case with what was done about it",
    params: Type.Object({ id: Id("cas") }, { additionalProperties: false }),
    body: CaseClosing,
    response: { 200: CaseSchema },
  };
  app.post(
    "/v1/cases/:id/closing",
    { schema: closeSchema, config: { roles: ["operator"] } },
    async (request) => {
      const principal = principalOf(request);
      const by = principal.role === "terminal" ? principal.terminalId : principal.credentialId;
      const { resolution } = request.body;
      return caseView(unwrap(await closeCase(deps, request.params.id, { by, resolution })));
    },
  );
}

function cursorOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  return isId("cas", text) ? text : unwrap(refuse("not_found", { what: text }));
}

function caseView(one: Case): CaseSchema {
  return {
    id: one.id,
    merchantId: one.merchantId,
    kind: one.kind,
    name: caseKindWords[one.kind],
    state: one.closing === null ? "open" : "closed",
    paymentId: one.paymentId,
    facts: one.facts,
    openedAt: rfc3339(one.openedAt),
    closedAt: one.closing && rfc3339(one.closing.at),
    closedBy: one.closing && one.closing.by,
    resolution: one.closing && one.closing.resolution,
  };
}
