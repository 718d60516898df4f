-- 0002_identity.sql
-- lock: none (new schema) · reversible: yes (drop schema identity) · needs: code from 0.1
-- Who may speak to the platform: keys of servers, sessions of browsers, one-time links that open a session.
-- No secret is stored: only SHA-256 of 256 random bits, which nobody can guess and no dictionary holds.
--
-- The three tables are small and are found by hash before any merchant is known, so on a distributed database they
-- are reference tables. merchant_id is null for operators; a tenant never sees those rows, nor any hash.

create schema identity;
grant usage on schema identity to huiyin_batch, huiyin_tenant;

create table identity.credential (
  credential_id uuid primary key,
  role text not null check (role in ('operator', 'merchant')),
  merchant_id uuid,
  key_hash bytea not null unique check (length(key_hash) = 32),
  last_four text not null check (length(last_four) = 4),
  name text not null check (length(name) between 1 and 64),
  actor text not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  check ((role = 'merchant') = (merchant_id is not null))
);

create table identity.session (
  session_id uuid primary key,
  role text not null check (role in ('operator', 'merchant')),
  merchant_id uuid,
  token_hash bytea not null unique check (length(token_hash) = 32),
  created_at timestamptz not null,
  -- Moves on with use, but never past ends_at.
  expires_at timestamptz not null,
  ends_at timestamptz not null,
  revoked_at timestamptz,
  check ((role = 'merchant') = (merchant_id is not null)),
  check (expires_at <= ends_at)
);

create table identity.sign_in_link (
  token_hash bytea primary key check (length(token_hash) = 32),
  role text not null check (role in ('operator', 'merchant')),
  merchant_id uuid,
  actor text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((role = 'merchant') = (merchant_id is not null))
);

grant select, insert, update on identity.credential, identity.session, identity.sign_in_link to huiyin_batch;

call platform.isolate_by_merchant('identity.credential');
call platform.isolate_by_merchant('identity.session');
call platform.isolate_by_merchant('identity.sign_in_link');

-- A merchant may list its keys and sessions; the hashes stay with the platform.
revoke select on identity.credential, identity.session, identity.sign_in_link from huiyin_tenant;
grant select (credential_id, role, merchant_id, last_four, name, actor, created_at, revoked_at)
  on identity.credential to huiyin_tenant;
grant select (session_id, role, merchant_id, created_at, expires_at, ends_at, revoked_at)
  on identity.session to huiyin_tenant;
