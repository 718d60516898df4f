// HTTP of diagnosis: why did this payment fail, here is an answer, please carry this out.
import { Type } from "typebox";
import { AnswerQuestion, CreateDiagnosis, Diagnosis } from "@huiyin/contract/api/diagnosis.ts";
import { Id } from "@huiyin/contract/api/common.ts";
import { refuse, success, unwrap, type Result } from "../../kernel/result.ts";
import { principalOf } from "../../platform/http/authentication.ts";
import type { HttpApp } from "../../platform/http/typeProvider.ts";
import type { Principal } from "../../platform/principal.ts";
import { readComplaint } from "./lexicon.ts";
import type { RefusalFacts } from "./model.ts";
import { carryOut, type RemedyCaller, type RemedyDeps } from "./remedies/service.ts";
import { listRemedies, listRemedySteps } from "./remedies/store.ts";
import {
  answerQuestion,
  diagnoseAgain,
  diagnoseAsked,
  diagnosePayment,
  type Asked,
  type Diagnosed,
  type DiagnosisDeps,
} from "./service.ts";
import { findDiagnosis, type DiagnosisRow } from "./store.ts";
import { diagnosisView } from "./views.ts";

export type DiagnosisRouteDeps = DiagnosisDeps &
  RemedyDeps &
  Readonly<{
    /** To whom a payment or a terminal belongs; null where there is none. */
    ownerOf: (id: string) => Promise<Owner | null>;
  }>;

/** A terminal owns itself and what it took; other payments of its merchant are nobody's business there. */
export type Owner = Readonly<{ merchantId: string; terminalId: string | null }>;

const tags = ["diagnosis"];
const config = { roles: ["operator", "merchant", "terminal"] } as const;
const ById = Type.Object({ id: Id("dia") }, { additionalProperties: false });

export function diagnosisRoutes(app: HttpApp, deps: DiagnosisRouteDeps): void {
  const ofPayment = {
    tags,
    summary: "Why this payment went as it did",
    params: Type.Object({ id: Id("pay") }, { additionalProperties: false }),
    response: { 200: Diagnosis },
  };
  app.get("/v1/payments/:id/diagnosis", { schema: ofPayment, config }, async (request) => {
    const principal = principalOf(request);
    const merchantId = await ownerFor(deps, principal, request.params.id);
    return answer(
      deps,
      unwrap(await diagnosePayment(deps, merchantId, request.params.id, actorOf(principal))),
    );
  });

  const asking = {
    tags,
    summary: "Diagnose a payment, a terminal, a merchant or a sentence",
    body: CreateDiagnosis,
    response: { 201: Diagnosis },
  };
  app.post("/v1/diagnoses", { schema: asking, config }, async (request, reply) => {
    const principal = principalOf(request);
    const asked = await askedFor(deps, principal, request.body);
    const diagnosed = unwrap(await diagnoseAsked(deps, asked, actorOf(principal)));
    return reply
      .code(201)
      .header("location", `/v1/diagnoses/${diagnosed.diagnosis.id}`)
      .send(await answer(deps, diagnosed));
  });

  const reading = {
    tags,
    summary: "A diagnosis, looked at again",
    params: ById,
    response: { 200: Diagnosis },
  };
  app.get("/v1/diagnoses/:id", { schema: reading, config }, async (request) => {
    const principal = principalOf(request);
    const diagnosis = await diagnosisFor(deps, principal, request.params.id);
    return answer(deps, unwrap(await diagnoseAgain(deps, diagnosis, actorOf(principal))));
  });

  const answering = {
    tags,
    summary: "Answer the question of a diagnosis",
    params: ById,
    body: AnswerQuestion,
    response: { 200: Diagnosis },
  };
  app.post("/v1/diagnoses/:id/answers", { schema: answering, config }, async (request) => {
    const principal = principalOf(request);
    const diagnosis = await diagnosisFor(deps, principal, request.params.id);
    return answer(deps, unwrap(await answerQuestion(deps, diagnosis, request.body, actorOf(principal))));
  });

  remedyRoutes(app, deps);
}

function remedyRoutes(app: HttpApp, deps: DiagnosisRouteDeps): void {
  const carrying = {
    tags,
    summary: "Carry out a remedy and verify it",
    params: Type.Object(
      { id: Id("dia"), remedyId: Type.String({ pattern: "^[A-Za-z]{1,40}$" }) },
      { additionalProperties: false },
    ),
    response: { 200: Diagnosis },
  };
  app.post("/v1/diagnoses/:id/remedies/:remedyId", { schema: carrying, config }, async (request) => {
    const principal = principalOf(request);
    const diagnosis = await diagnosisFor(deps, principal, request.params.id);
    unwrap(await carryOut(deps, diagnosis, request.params.remedyId, callerOf(principal)));
    return answer(deps, unwrap(await diagnoseAgain(deps, diagnosis, actorOf(principal))));
  });
}

async function answer(deps: DiagnosisRouteDeps, diagnosed: Diagnosed): Promise<Diagnosis> {
  const { diagnosis } = diagnosed;
  const [rows, steps] = await Promise.all([
    listRemedies(deps.pg.batch, diagnosis),
    listRemedySteps(deps.pg.batch, diagnosis),
  ]);
  return diagnosisView(diagnosed, { rows, steps });
}

/** What somebody foreign owns does not exist for the caller. */
async function ownerFor(deps: DiagnosisRouteDeps, principal: Principal, id: string): Promise<string> {
  const owner = await deps.ownerOf(id);
  return unwrap(
    owner !== null && mayAsk(principal, owner)
      ? success(owner.merchantId)
      : refuse("not_found", { what: id }),
  );
}

async function diagnosisFor(
  deps: DiagnosisRouteDeps,
  principal: Principal,
  id: string,
): Promise<DiagnosisRow> {
  const found = await findDiagnosis(deps.pg.batch, id);
  const notFound = refuse("not_found", { what: id });
  if (found === null || !mayAsk(principal, found)) return unwrap(notFound);
  // Somebody else may have named this terminal beside a payment that another one took.
  const payment = found.paymentId === null ? found : await deps.ownerOf(found.paymentId);
  return unwrap(payment !== null && mayAsk(principal, payment) ? success(found) : notFound);
}

function mayAsk(principal: Principal, owner: Owner): boolean {
  switch (principal.role) {
    case "operator":
      return true;
    case "merchant":
      return principal.merchantId === owner.merchantId;
    case "terminal":
      return principal.merchantId === owner.merchantId && principal.terminalId === owner.terminalId;
  }
}

/** Everything that belongs to the merchant may be asked about by its own people; what it is, has been checked by its id. */
function isOf(principal: Principal, merchantId: string): boolean {
  return principal.role === "operator" || principal.merchantId === merchantId;
}

/** Everything named must belong to one merchant; a merchant's own people need not name it, a terminal means itself. */
async function askedFor(
  deps: DiagnosisRouteDeps,
  principal: Principal,
  body: CreateDiagnosis,
): Promise<Asked> {
  const { paymentId = null, text } = body;
  const itself = principal.role === "terminal" && paymentId === null ? principal.terminalId : null;
  const refusal = body.refusal === undefined ? null : refusalOf(body.refusal, deps.world.now());
  const terminalId = body.terminalId ?? itself;
  const named = [paymentId, terminalId].filter((id) => id !== null);
  const owners = new Set(await Promise.all(named.map((id) => ownerFor(deps, principal, id))));
  if (body.merchantId !== undefined) owners.add(body.merchantId);
  if (owners.size === 0 && principal.role !== "operator") owners.add(principal.merchantId);
  const merchantId = unwrap(onlyOwner(owners, principal));
  const complaint = text === undefined ? null : readComplaint(text, body.locale ?? null);
  return { merchantId, paymentId, terminalId, complaint, refusal };
}

/** Told by whoever was refused, at the moment of asking. */
function refusalOf({ code, traceId }: NonNullable<CreateDiagnosis["refusal"]>, now: Date): RefusalFacts {
  return { code, traceId: traceId ?? null, at: now.toISOString() };
}

function onlyOwner(owners: ReadonlySet<string>, principal: Principal): Result<string> {
  const [merchantId, another] = owners;
  if (merchantId === undefined) return refuse("diagnosis_subject_missing");
  if (another !== undefined || !isOf(principal, merchantId))
    return refuse("not_found", { what: another ?? merchantId });
  return success(merchantId);
}

function actorOf(principal: Principal): string {
  return principal.role === "terminal" ? principal.terminalId : principal.credentialId;
}

function callerOf(principal: Principal): RemedyCaller {
  const { role } = principal;
  return { role, source: role === "operator" ? "operator" : "merchant", actor: actorOf(principal) };
}
