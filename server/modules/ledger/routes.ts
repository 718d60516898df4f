// HTTP of the books: schema in, schema out, no rules.
import {
  JournalPage,
  JournalQuery,
  LedgerAccountList,
  LedgerAccountQuery,
  VerifyReport,
  VerifyRequest,
} from "@huiyin/contract/api/ledger.ts";
import { assert } from "../../kernel/assert.ts";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import { refuse, success, unwrap, type Result } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { Principal } from "../../platform/principal.ts";
import { limits } from "./limits.ts";
import { accountClassOf, factSubjectOf, type StoredJournal } from "./model.ts";
import { selectBalances, selectJournals } from "./store.ts";
import { verifyLedger } from "./verify.ts";

const tags = ["ledger"];
const config = { roles: ["operator", "merchant"] } as const;

/** Registers every route of this module. */
export function ledgerRoutes(app: HttpApp, deps: { pg: Pg }): void {
  accountRoute(app, deps);
  journalRoute(app, deps);
  verifyRoute(app, deps);
}

function accountRoute(app: HttpApp, deps: { pg: Pg }): void {
  const schema = {
    tags,
    summary: "Accounts with their balances",
    querystring: LedgerAccountQuery,
    response: { 200: LedgerAccountList },
  };
  app.get("/v1/ledger/accounts", { schema, config }, async (request) => {
    const principal = principalOf(request);
    const merchantId = unwrap(scopeOf(principal, request.query.merchantId));
    const rows = await deps.pg.reader(principal, (tx) =>
      selectBalances(tx, merchantId && uuidOf(merchantId)),
    );
    const items = rows.map(({ merchantId: uuid, account, minor }) => ({
      merchantId: idOf("mer", uuid),
      account,
      class: accountClassOf(account),
      currency: "CNY" as const,
      balance: minor.toString(),
    }));
    return { items };
  });
}

function journalRoute(app: HttpApp, deps: { pg: Pg }): void {
  const schema = {
    tags,
    summary: "Journals of one merchant, newest first",
    querystring: JournalQuery,
    response: { 200: JournalPage },
  };
  app.get("/v1/ledger/journals", { schema, config }, async (request) => {
    const principal = principalOf(request);
    const { limit = 10, after, before, paymentId, refundId } = request.query;
    const merchantId = unwrap(scopeOf(principal, request.query.merchantId));
    // Sequences count within one merchant.
    if (merchantId === null) return unwrap(refuse("merchant_not_named"));
    const subjectId = refundId ?? paymentId;
    const filter = {
      merchantUuid: uuidOf(merchantId),
      subjectUuid: subjectId === undefined ? null : uuidOf(subjectId),
      beforeSequence: after === undefined ? null : BigInt(after),
      afterSequence: before === undefined ? null : BigInt(before),
      limit: limit + 1,
    };
    const rows = await deps.pg.reader(principal, (tx) => selectJournals(tx, filter));
    const page = rows.slice(0, limit);
    if (filter.afterSequence !== null) page.reverse();
    return { items: page.map(journalView), hasMore: rows.length > limit };
  });
}

function verifyRoute(app: HttpApp, deps: { pg: Pg }): void {
  const schema = {
    tags,
    summary: "Recompute sums, balances and hash chains; name the first row that does not fit",
    body: VerifyRequest,
    response: { 200: VerifyReport },
  };
  // It reads every row: one at a time of the same books, in this process.
  const running = new Set<string | null>();
  app.post(
    "/v1/ledger/verify",
    { schema, config, handlerTimeout: limits.verifyMsMax },
    async (request, reply) => {
      const merchantId = unwrap(scopeOf(principalOf(request), request.body.merchantId));
      if (running.has(merchantId))
        return unwrap(refuse("too_many_requests", { retryAfterSeconds: limits.verifyRetrySeconds }));
      // The answer's connection: that of the request counts as closed once its body has been read.
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      running.add(merchantId);
      const verified = verifyLedger(deps, merchantId, {
        signal: gone.signal,
        from: request.body.from ?? "everything",
      }).finally(() => running.delete(merchantId));
      const { merchants, journals, postings, broken } = await verified;
      return {
        ok: broken === null,
        merchants,
        journals: Number(journals),
        postings: Number(postings),
        broken,
      };
    },
  );
}

/** The merchant to look at; null for an operator who names none. That another merchant exists is nobody’s business. */
function scopeOf(principal: Principal, named: string | undefined): Result<string | null> {
  if (principal.role === "operator") return success(named ?? null);
  if (named !== undefined && named !== principal.merchantId) return refuse("not_found", { what: named });
  return success(principal.merchantId);
}

function journalView(row: StoredJournal) {
  return {
    merchantId: idOf("mer", row.merchantId),
    sequence: row.sequence.toString(),
    subjectId: idOf(factSubjectOf(row.fact), row.subjectId),
    fact: row.fact,
    recordedAt: rfc3339(new Date(Number(row.recordedAtMicros / 1_000n))),
    currency: "CNY" as const,
    postings: row.accounts.map((account, index) => {
      const amount = row.amounts[index];
      assert(amount !== undefined, `${row.subjectId} ${row.fact}: ${account} has no amount`);
      return { account, amount: Number(amount) };
    }),
    previousHash: row.previousHash,
    hash: row.hash,
  };
}
