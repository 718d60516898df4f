// Every statement on keys, sessions and one-time links.
import { sql } from "kysely";
import { idOf, uuidOf } from "../../kernel/ids.ts";
import type { Database, Tx } from "../../platform/pg/pg.ts";
import type {
  Credential,
  ListPosition,
  NewCredential,
  NewLink,
  NewSession,
  Session,
  SignedInRole,
  Subject,
} from "./model.ts";

type SubjectRow = { role: SignedInRole; merchant_id: string | null };
type CredentialRow = SubjectRow & {
  credential_id: string;
  name: string;
  last_four: string;
  created_at: Date;
  revoked_at: Date | null;
};
type SessionRow = SubjectRow & { session_id: string; created_at: Date; expires_at: Date; ends_at: Date };

export async function insertCredential(tx: Tx, credential: NewCredential): Promise<void> {
  const { id, subject, keyHash, lastFour, name, actor, createdAt } = credential;
  await sql`
    insert into identity.credential (credential_id, role, merchant_id, key_hash, last_four, name, actor, created_at)
    values (${uuidOf(id)}, ${subject.role}, ${merchantUuid(subject)}, ${keyHash}, ${lastFour}, ${name}, ${actor},
            ${createdAt})`.execute(tx);
}

/** The keys in force among these hashes, by hash in hex. One statement for every request that is waiting. */
export async function findCredentials(
  db: Database,
  hashes: readonly Buffer[],
): Promise<Map<string, Credential>> {
  const { rows } = await sql<CredentialRow & { key_hash: Buffer }>`
    select credential_id, role, merchant_id, name, last_four, created_at, revoked_at, key_hash
    from identity.credential where key_hash = any (${hashes}::bytea[]) and revoked_at is null`.execute(db);
  return new Map(rows.map((row) => [row.key_hash.toString("hex"), credentialOf(row)]));
}

/** Newest first, one more than the limit where there are more. */
export async function listCredentials(
  tx: Tx,
  position: ListPosition & { merchantId: string | null },
): Promise<Credential[]> {
  const merchant = position.merchantId === null ? null : uuidOf(position.merchantId);
  const { rows } = await sql<CredentialRow>`
    select credential_id, role, merchant_id, name, last_four, created_at, revoked_at
    from identity.credential
    where (${merchant}::uuid is null or merchant_id = ${merchant}::uuid)
      and ${between("credential_id", position)}
    order by ${ordered("credential_id", position)} limit ${position.limit + 1}`.execute(tx);
  return inOrder(rows.map(credentialOf), position);
}

/** Revokes a key of the subject (of anybody for null). False where there is no such key. Revoking twice is once. */
export async function revokeCredential(
  tx: Tx,
  id: string,
  by: { merchantId: string | null; at: Date },
): Promise<boolean> {
  const merchant = by.merchantId === null ? null : uuidOf(by.merchantId);
  const result = await sql`
    update identity.credential set revoked_at = coalesce(revoked_at, ${by.at})
    where credential_id = ${uuidOf(id)} and (${merchant}::uuid is null or merchant_id = ${merchant}::uuid)`.execute(
    tx,
  );
  return result.numAffectedRows === 1n;
}

export async function insertLink(tx: Tx, link: NewLink): Promise<void> {
  const { tokenHash, subject, actor, createdAt, expiresAt } = link;
  await sql`
    insert into identity.sign_in_link (token_hash, role, merchant_id, actor, created_at, expires_at)
    values (${tokenHash}, ${subject.role}, ${merchantUuid(subject)}, ${actor}, ${createdAt}, ${expiresAt})`.execute(
    tx,
  );
}

/** Uses a link up. Of several that try at once, one gets the subject and the others null. */
export async function useLink(tx: Tx, tokenHash: Buffer, at: Date): Promise<Subject | null> {
  const { rows } = await sql<SubjectRow>`
    update identity.sign_in_link set used_at = ${at}
    where token_hash = ${tokenHash} and used_at is null and expires_at > ${at}
    returning role, merchant_id`.execute(tx);
  return rows[0] ? subjectOf(rows[0]) : null;
}

export async function insertSession(tx: Tx, session: NewSession): Promise<void> {
  const { id, subject, tokenHash, createdAt, expiresAt, endsAt } = session;
  await sql`
    insert into identity.session (session_id, role, merchant_id, token_hash, created_at, expires_at, ends_at)
    values (${uuidOf(id)}, ${subject.role}, ${merchantUuid(subject)}, ${tokenHash}, ${createdAt}, ${expiresAt},
            ${endsAt})`.execute(tx);
}

/** The sessions in force among these hashes, by hash in hex. */
export async function findSessions(
  db: Database,
  hashes: readonly Buffer[],
  now: Date,
): Promise<Map<string, Session>> {
  const { rows } = await sql<SessionRow & { token_hash: Buffer }>`
    select session_id, role, merchant_id, created_at, expires_at, ends_at, token_hash
    from identity.session
    where token_hash = any (${hashes}::bytea[]) and revoked_at is null and expires_at > ${now}`.execute(db);
  return new Map(rows.map((row) => [row.token_hash.toString("hex"), sessionOf(row)]));
}

export async function findSession(tx: Tx, id: string): Promise<Session | null> {
  const { rows } = await sql<SessionRow>`
    select session_id, role, merchant_id, created_at, expires_at, ends_at
    from identity.session where session_id = ${uuidOf(id)} and revoked_at is null`.execute(tx);
  return rows[0] ? sessionOf(rows[0]) : null;
}

/** Sessions in force, newest first, one more than the limit where there are more. */
export async function listSessions(tx: Tx, position: ListPosition & { now: Date }): Promise<Session[]> {
  const { rows } = await sql<SessionRow>`
    select session_id, role, merchant_id, created_at, expires_at, ends_at
    from identity.session
    where revoked_at is null and expires_at > ${position.now} and ${between("session_id", position)}
    order by ${ordered("session_id", position)} limit ${position.limit + 1}`.execute(tx);
  return inOrder(rows.map(sessionOf), position);
}

/** Moves the end of a session on, never back and never past its last moment. */
export async function extendSession(tx: Tx, id: string, expiresAt: Date): Promise<void> {
  await sql`
    update identity.session set expires_at = least(greatest(expires_at, ${expiresAt}), ends_at)
    where session_id = ${uuidOf(id)} and revoked_at is null`.execute(tx);
}

/** Ends a session of the merchant (of anybody for null). False where there is no such session. */
export async function revokeSession(
  tx: Tx,
  id: string,
  by: { merchantId: string | null; at: Date },
): Promise<boolean> {
  const merchant = by.merchantId === null ? null : uuidOf(by.merchantId);
  const result = await sql`
    update identity.session set revoked_at = coalesce(revoked_at, ${by.at})
    where session_id = ${uuidOf(id)} and (${merchant}::uuid is null or merchant_id = ${merchant}::uuid)`.execute(
    tx,
  );
  return result.numAffectedRows === 1n;
}

function between(column: "credential_id" | "session_id", { after, before }: ListPosition) {
  const [older, newer] = [after, before].map((id) => (id === null ? null : uuidOf(id)));
  return sql`(${older}::uuid is null or ${sql.ref(column)} < ${older}::uuid)
    and (${newer}::uuid is null or ${sql.ref(column)} > ${newer}::uuid)`;
}

/** Going back in the list means reading the other way, nearest first. */
function ordered(column: "credential_id" | "session_id", { before }: ListPosition) {
  return before === null ? sql`${sql.ref(column)} desc` : sql`${sql.ref(column)} asc`;
}

function inOrder<Row>(rows: Row[], { limit, before }: ListPosition): Row[] {
  if (before === null) return rows;
  // The extra row that tells of more stays last.
  return [...rows.slice(0, limit).reverse(), ...rows.slice(limit)];
}

function merchantUuid(subject: Subject): string | null {
  return subject.merchantId === null ? null : uuidOf(subject.merchantId);
}

function subjectOf(row: SubjectRow): Subject {
  return row.merchant_id === null
    ? { role: "operator", merchantId: null }
    : { role: "merchant", merchantId: idOf("mer", row.merchant_id) };
}

function credentialOf(row: CredentialRow): Credential {
  return {
    id: idOf("key", row.credential_id),
    subject: subjectOf(row),
    name: row.name,
    lastFour: row.last_four,
    createdAt: row.created_at,
    revokedAt: row.revoked_at,
  };
}

function sessionOf(row: SessionRow): Session {
  return {
    id: idOf("ses", row.session_id),
    subject: subjectOf(row),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    endsAt: row.ends_at,
  };
}
