// Keys, one-time links and sessions: made, exchanged, extended and revoked. A session that was ended opens nothing from
// the next request on, a key that was revoked nothing from the next request here and within a second elsewhere.
import type { BaseLogger } from "pino";
import { roleWords, type Localized } from "@huiyin/contract/words.ts";
import { isId } from "../../kernel/ids.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import { addSeconds } from "../../kernel/time.ts";
import type { World } from "../../kernel/world.ts";
import { limits } from "../../platform/limits.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { Principal } from "../../platform/principal.ts";
import type { KeyRing } from "./keyRing.ts";
import type { Credential, ListPosition, Session, Subject, WhoAmI } from "./model.ts";
import * as store from "./store.ts";
import { hashOf, isToken, newToken } from "./token.ts";

export type IdentityDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  keys: KeyRing;
  /** The names of a merchant (mer_…), or null where there is no such merchant. */
  merchantNames: (merchantId: string) => Promise<Localized | null>;
  /** Where browsers reach the platform, without a slash at the end: "http://127.0.0.1:8080". */
  publicUrl: () => string;
}>;

const operator: Subject = { role: "operator", merchantId: null };

/** Makes a key and returns its text for the only time. Refuses `not_found` for an unknown merchant. */
export async function createCredential(
  deps: IdentityDeps,
  wanted: { merchantId: string | null; name: string },
  actor: string,
): Promise<Result<{ credential: Credential; key: string }>> {
  const subject = await subjectFor(deps, wanted.merchantId);
  if (!subject.ok) return subject;
  const token = newToken(subject.value.role === "operator" ? "ok" : "sk");
  const credential: Credential = {
    id: deps.world.newId("key"),
    subject: subject.value,
    name: wanted.name,
    lastFour: token.lastFour,
    createdAt: deps.world.now(),
    revokedAt: null,
  };
  await deps.pg.transaction((tx) =>
    store.insertCredential(tx, { ...credential, keyHash: token.hash, actor }),
  );
  deps.log.info(
    { event: "credential_created", credentialId: credential.id, role: subject.value.role, actor },
    "a key was made",
  );
  return success({ credential, key: token.text });
}

/** Ends a key. A merchant can end its own only; to it, others do not exist. */
export async function revokeCredential(
  deps: IdentityDeps,
  principal: Principal,
  id: string,
): Promise<Result<null>> {
  const by = { merchantId: merchantOf(principal), at: deps.world.now() };
  // Also where the COMMIT is in doubt: what is forgotten in vain is only looked up once more.
  const found = await deps.pg
    .transaction((tx) => store.revokeCredential(tx, id, by))
    .finally(() => deps.keys.forget(id));
  if (!found) return refuse("not_found", { what: id });
  deps.log.info({ event: "credential_revoked", credentialId: id, role: principal.role }, "a key was revoked");
  return success(null);
}

/** A page of keys: all for an operator, or those of one merchant; its own for a merchant. */
export function listCredentials(
  deps: IdentityDeps,
  principal: Principal,
  position: ListPosition & { merchantId: string | null },
): Promise<Credential[]> {
  return deps.pg.reader(principal, (tx) => store.listCredentials(tx, position));
}

/** A link that opens one session within fifteen minutes. Refuses `not_found` for an unknown merchant. */
export async function createSignInLink(
  deps: IdentityDeps,
  merchantId: string | null,
  actor: string,
): Promise<Result<{ url: string; expiresAt: Date }>> {
  const subject = await subjectFor(deps, merchantId);
  if (!subject.ok) return subject;
  const token = newToken("sl");
  const createdAt = deps.world.now();
  const expiresAt = addSeconds(createdAt, limits.signInLinkMinutes * 60);
  const link = { tokenHash: token.hash, subject: subject.value, actor, createdAt, expiresAt };
  await deps.pg.transaction((tx) => store.insertLink(tx, link));
  deps.log.info(
    { event: "sign_in_link_created", role: subject.value.role, actor },
    "a sign-in link was made",
  );
  // Behind #, where neither servers nor proxies nor Referer ever see it.
  return success({ url: `${deps.publicUrl()}/console/sign-in#token=${token.text}`, expiresAt });
}

/** Exchanges the token of a link for a session, once. Refuses `sign_in_link_invalid`. */
export async function openSession(
  deps: IdentityDeps,
  linkToken: string,
): Promise<Result<{ session: Session; cookie: string }>> {
  if (!isToken(["sl"], linkToken)) return refuse("sign_in_link_invalid");
  const token = newToken("st");
  const now = deps.world.now();
  const times = {
    createdAt: now,
    expiresAt: slidingEnd(now),
    endsAt: addSeconds(now, limits.sessionHoursMax * 3_600),
  };
  const session = await deps.pg.transaction(async (tx) => {
    const subject = await store.useLink(tx, hashOf(linkToken), now);
    if (subject === null) return null;
    const opened = { id: deps.world.newId("ses"), subject, ...times };
    await store.insertSession(tx, { ...opened, tokenHash: token.hash });
    return opened;
  });
  if (session === null) return refuse("sign_in_link_invalid");
  deps.log.info(
    { event: "session_opened", sessionId: session.id, role: session.subject.role },
    "somebody signed in",
  );
  return success({ session, cookie: token.text });
}

/** Moves the end of a session on where enough time has gone by; otherwise writes nothing. */
export async function keepSession(deps: Pick<IdentityDeps, "pg" | "world">, session: Session): Promise<void> {
  const end = slidingEnd(deps.world.now());
  const gainSeconds =
    (Math.min(end.getTime(), session.endsAt.getTime()) - session.expiresAt.getTime()) / 1_000;
  if (gainSeconds < limits.sessionExtendMinutes * 60) return;
  await deps.pg.transaction((tx) => store.extendSession(tx, session.id, end));
}

/** Sessions in force that this principal may see. */
export function listSessions(
  deps: IdentityDeps,
  principal: Principal,
  position: ListPosition,
): Promise<Session[]> {
  return deps.pg.reader(principal, (tx) => store.listSessions(tx, { ...position, now: deps.world.now() }));
}

/** Ends the session that the request came in. Refuses `session_missing` for a request sent with a key. */
export async function closeOwnSession(deps: IdentityDeps, principal: Principal): Promise<Result<null>> {
  const id = credentialOf(principal);
  return isId("ses", id) ? revokeSession(deps, principal, id) : refuse("session_missing");
}

/** Ends a session at once. */
export async function revokeSession(
  deps: IdentityDeps,
  principal: Principal,
  id: string,
): Promise<Result<null>> {
  const by = { merchantId: merchantOf(principal), at: deps.world.now() };
  const found = await deps.pg.transaction((tx) => store.revokeSession(tx, id, by));
  if (!found) return refuse("not_found", { what: id });
  deps.log.info({ event: "session_revoked", sessionId: id, role: principal.role }, "a session was ended");
  return success(null);
}

/** Who is asking, with names for people. */
export async function whoAmI(deps: IdentityDeps, principal: Principal): Promise<WhoAmI> {
  const credentialId = credentialOf(principal);
  const merchantId = merchantOf(principal);
  const session = isId("ses", credentialId)
    ? await deps.pg.reader(principal, (tx) => store.findSession(tx, credentialId))
    : null;
  const names = merchantId === null ? null : await deps.merchantNames(merchantId);
  return {
    subject: merchantId === null ? operator : { role: "merchant", merchantId },
    names: names ?? (merchantId === null ? roleWords.operator : roleWords.merchant),
    proof: isId("ses", credentialId) ? "session" : "key",
    credentialId,
    expiresAt: session?.expiresAt ?? null,
  };
}

async function subjectFor(deps: IdentityDeps, merchantId: string | null): Promise<Result<Subject>> {
  if (merchantId === null) return success(operator);
  const names = await deps.merchantNames(merchantId);
  return names === null
    ? refuse("not_found", { what: merchantId })
    : success({ role: "merchant", merchantId });
}

function slidingEnd(now: Date): Date {
  return addSeconds(now, limits.sessionSlidingHours * 3_600);
}

function merchantOf(principal: Principal): string | null {
  return principal.role === "operator" ? null : principal.merchantId;
}

function credentialOf(principal: Principal): string {
  return principal.role === "terminal" ? principal.terminalId : principal.credentialId;
}
