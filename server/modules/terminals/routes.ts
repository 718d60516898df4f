// HTTP of terminals: schema in, schema out, no rules.
import { Type } from "typebox";
import { Id } from "@huiyin/contract/api/common.ts";
import {
  ActivatedTerminal,
  ActivateTerminal,
  ActivationCode,
  ChangeTerminal,
  CreateTerminal,
  ServerTime,
  TelemetryHistory,
  TelemetryQuery,
  Terminal as TerminalSchema,
  TerminalPage,
  TerminalPlace,
  TerminalQuery,
} from "@huiyin/contract/api/terminals.ts";
import { isId } from "../../kernel/ids.ts";
import { refuse, success, unwrap } from "../../kernel/result.ts";
import { rfc3339 } from "../../kernel/time.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Principal } from "../../platform/principal.ts";
import type { Gate } from "../../platform/mqtt/port.ts";
import { createAttempts } from "./attempts.ts";
import { brokerRoutes } from "./brokerRoutes.ts";
import { actorOf, merchantFor } from "../merchants/index.ts";
import { scopeOf } from "./callers.ts";
import { terminalLimits } from "./limits.ts";
import { managerCodeRoutes } from "./managerCode/routes.ts";
import type { ManagerCodes } from "./managerCode/service.ts";
import type { CounterOf, TerminalView } from "./model.ts";
import { listSessions, listTelemetry, listViews, type ViewFilter } from "./presence/store.ts";
import {
  activateTerminal,
  changeTerminal,
  createTerminal,
  issueActivationCode,
  type TerminalDeps,
} from "./service.ts";
import { sessionView, telemetryView, terminalView } from "./views.ts";

const tags = ["terminals"];
const ById = Type.Object({ id: Id("trm") }, { additionalProperties: false });
const keepers = { roles: ["operator", "merchant"] } as const;
const readers = { roles: ["operator", "merchant", "terminal"] } as const;

type RouteDeps = TerminalDeps &
  Readonly<{
    identity: Readonly<{ broker: Readonly<{ gate: Gate }> }>;
    managerCodes: ManagerCodes;
    counterOf: CounterOf;
  }>;

/** Registers every route of this module. */
export function terminalRoutes(app: HttpApp, deps: RouteDeps): void {
  creationRoutes(app, deps);
  activationRoutes(app, deps);
  readingRoutes(app, deps);
  placeRoute(app, deps);
  historyRoutes(app, deps);
  managerCodeRoutes(app, deps);
  brokerRoutes(app, deps.identity.broker);
}

function creationRoutes(app: HttpApp, deps: TerminalDeps): void {
  const createSchema = {
    tags,
    summary: "Create a terminal",
    body: CreateTerminal,
    response: { 201: TerminalSchema },
  };
  app.post("/v1/terminals", { schema: createSchema, config: keepers }, async (request, reply) => {
    const { storeId, name, no, kind, announce = "own" } = request.body;
    const merchantId = merchantFor(principalOf(request), request.body.merchantId);
    const terminal = unwrap(await createTerminal(deps, { merchantId, storeId, name, no, kind, announce }));
    const view = { ...terminal, online: false, lastSeenAt: null, telemetry: null };
    return reply.code(201).header("location", `/v1/terminals/${terminal.id}`).send(terminalView(view));
  });

  const changeSchema = {
    tags,
    summary: "Suspend, resume or rename a terminal, or change what it announces",
    params: ById,
    body: ChangeTerminal,
    response: { 200: TerminalSchema },
  };
  app.patch("/v1/terminals/:id", { schema: changeSchema, config: keepers }, async (request) => {
    const principal = principalOf(request);
    const { state = null, name = null, announce = null } = request.body;
    const key = { terminalId: request.params.id, merchantId: scopeOf(principal) };
    unwrap(
      await changeTerminal(deps, key, {
        state,
        name,
        announce,
        by: principal.role === "operator" ? "operator" : "merchant",
      }),
    );
    return terminalView(await viewOf(deps, principal, request.params.id));
  });
}

function activationRoutes(app: HttpApp, deps: TerminalDeps): void {
  const attempts = createAttempts(deps);
  const codeSchema = {
    tags,
    summary: "A one-time code with which a device becomes this terminal",
    params: ById,
    response: { 201: ActivationCode },
  };
  app.post(
    "/v1/terminals/:id/activation-codes",
    { schema: codeSchema, config: keepers },
    async (request, reply) => {
      const principal = principalOf(request);
      const key = { terminalId: request.params.id, merchantId: scopeOf(principal) };
      const { activationCode, expiresAt } = unwrap(await issueActivationCode(deps, key, actorOf(principal)));
      return reply
        .code(201)
        .send({ terminalId: key.terminalId, activationCode, expiresAt: rfc3339(expiresAt) });
    },
  );

  const activateSchema = {
    tags,
    summary: "Bind a device: the code is the proof, the key is the device's from now on",
    body: ActivateTerminal,
    response: { 200: ActivatedTerminal },
  };
  app.post(
    "/v1/terminals/activate",
    { schema: activateSchema, config: { roles: "public" } },
    async (request) => {
      const { activationCode, publicKey, model = null, appVersion = null } = request.body;
      const retryAfterSeconds = attempts.waitSeconds(request.ip);
      unwrap(retryAfterSeconds > 0 ? refuse("too_many_requests", { retryAfterSeconds }) : success(null));
      const device = { publicKey: Buffer.from(publicKey, "base64url"), model, appVersion };
      const activated = await activateTerminal(deps, activationCode, device);
      if (!activated.ok) attempts.failed(request.ip);
      const { id, merchantId } = unwrap(activated);
      const own: Principal = { role: "terminal", merchantId, terminalId: id };
      return { terminal: terminalView(await viewOf(deps, own, id)), serverTime: rfc3339(deps.world.now()) };
    },
  );

  const timeSchema = {
    tags,
    summary: "The platform's time, for devices whose clock is wrong",
    response: { 200: ServerTime },
  };
  app.get("/v1/time", { schema: timeSchema, config: { roles: "public" } }, async () => ({
    now: rfc3339(deps.world.now()),
  }));
}

function readingRoutes(app: HttpApp, deps: TerminalDeps): void {
  const listSchema = {
    tags,
    summary: "List terminals with their presence, newest first",
    querystring: TerminalQuery,
    response: { 200: TerminalPage },
  };
  app.get("/v1/terminals", { schema: listSchema, config: keepers }, async (request) => {
    const { limit = 10, after, before, merchantId = null, storeId = null, state = null } = request.query;
    const filter = {
      ...noFilter(deps),
      ...{ merchantId, storeId, state, after: cursorOf(after), before: cursorOf(before), limit: limit + 1 },
    };
    const found = await deps.pg.reader(principalOf(request), (tx) => listViews(tx, filter));
    // One more than asked tells whether there is more; of the neighbours of `before` the surplus one comes first.
    const surplus = found.length > limit ? 1 : 0;
    const items = filter.before === null ? found.slice(0, limit) : found.slice(surplus);
    return { items: items.map(terminalView), hasMore: surplus === 1 };
  });

  const oneSchema = {
    tags,
    summary: "One terminal with its presence and newest telemetry",
    params: ById,
    response: { 200: TerminalSchema },
  };
  app.get("/v1/terminals/:id", { schema: oneSchema, config: readers }, async (request) =>
    terminalView(await viewOf(deps, principalOf(request), request.params.id)),
  );
}

function placeRoute(app: HttpApp, deps: RouteDeps): void {
  const schema = {
    tags,
    summary: "Whose counter the terminal stands on, as receipts say it",
    params: ById,
    response: { 200: TerminalPlace },
  };
  app.get("/v1/terminals/:id/place", { schema, config: readers }, async (request) => {
    const terminal = await viewOf(deps, principalOf(request), request.params.id);
    const counter = await deps.counterOf(terminal);
    const known = counter === null ? refuse("not_found", { what: terminal.storeId }) : success(counter);
    return { terminalName: terminal.name, terminalNo: terminal.no, ...unwrap(known) };
  });
}

function historyRoutes(app: HttpApp, deps: TerminalDeps): void {
  const schema = {
    tags,
    summary: "What the terminal reported and when it was connected, newest first",
    params: ById,
    querystring: TelemetryQuery,
    response: { 200: TelemetryHistory },
  };
  app.get("/v1/terminals/:id/telemetry", { schema, config: readers }, async (request) => {
    const terminalId = request.params.id;
    const principal = principalOf(request);
    await viewOf(deps, principal, terminalId);
    const { limit = 10 } = request.query;
    const now = deps.world.now();
    return deps.pg.reader(principal, async (tx) => {
      const reports = await listTelemetry(tx, { terminalId, until: now, limit });
      const sessions = await listSessions(tx, { terminalId, from: new Date(0), to: now, limit });
      return { reports: reports.map(telemetryView), sessions: sessions.map(sessionView) };
    });
  });
}

function noFilter(deps: TerminalDeps): ViewFilter {
  const none = { terminalId: null, merchantId: null, storeId: null, state: null, after: null, before: null };
  return { ...none, now: deps.world.now(), limit: terminalLimits.telemetryHistoryMax };
}

/** A terminal sees itself alone; what belongs to others does not exist for the caller. Throws not_found. */
async function viewOf(deps: TerminalDeps, principal: Principal, terminalId: string): Promise<TerminalView> {
  const foreign = principal.role === "terminal" && principal.terminalId !== terminalId;
  const filter = { ...noFilter(deps), terminalId, limit: 1 };
  const [found] = foreign ? [] : await deps.pg.reader(principal, (tx) => listViews(tx, filter));
  return unwrap(found === undefined ? refuse("not_found", { what: terminalId }) : success(found));
}

function cursorOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  return isId("trm", text) ? text : unwrap(refuse("not_found", { what: text }));
}
