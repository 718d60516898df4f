-- 0013_manager_code.sql
-- lock: none (new table) · reversible: yes (drop table terminals.manager_code) · needs: code from 0.2
-- 店长码: six digits per store, without which a terminal gives no money back.

create table terminals.manager_code (
  merchant_id uuid not null,
  store_id uuid not null,
  -- scrypt over the code keyed with a key of the platform: the table alone does not tell the code.
  code_hash bytea not null check (octet_length(code_hash) = 32),
  salt bytea not null check (octet_length(salt) = 16),
  -- Attempts since the last right one; counted before they are compared, so that guessing at once gains nothing.
  failures smallint not null check (failures between 0 and 5),
  locked_until timestamptz,
  actor text not null,
  set_at timestamptz not null,
  primary key (merchant_id, store_id),
  foreign key (merchant_id, store_id) references merchants.store (merchant_id, store_id),
  check ((failures = 5) = (locked_until is not null))
);

grant select, insert, update on terminals.manager_code to huiyin_batch;
call platform.isolate_by_merchant('terminals.manager_code');

-- Proofs are nobody's to read but the platform's.
revoke select on terminals.manager_code from huiyin_tenant;
grant select (merchant_id, store_id, locked_until, set_at) on terminals.manager_code to huiyin_tenant;
