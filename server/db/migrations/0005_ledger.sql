-- 0005_ledger.sql
-- lock: none (new schema) · reversible: yes (drop schema ledger) · needs: code from 0.1
-- The books: append-only journals in one hash chain per merchant, the head of each chain, and the balances.
--
-- One row per fact, its postings as arrays: a paid order is one journal row, three balances and one head.
-- Whatever is written for one merchant is written under the lock of its head row, so chains never wait for each other.

create schema ledger;
grant usage on schema ledger to huiyin_batch, huiyin_tenant;

create table ledger.journal (
  merchant_id uuid not null,
  subject_id uuid not null,
  fact text not null check (fact ~ '^[a-z][a-zA-Z]{0,63}$'),
  sequence bigint not null check (sequence > 0),
  recorded_at timestamptz not null,
  currency text not null check (currency = 'CNY'),
  accounts text[] not null,
  amounts bigint[] not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (merchant_id, subject_id, fact),
  check (platform.sums_to_zero(amounts)),
  check (cardinality(amounts) >= 2 and array_lower(amounts, 1) = 1 and array_position(amounts, 0) is null),
  check (cardinality(accounts) = cardinality(amounts) and array_lower(accounts, 1) = 1 and array_position(accounts, null) is null)
) partition by range (subject_id);
comment on table ledger.journal is 'append-only: one row per fact, never changed, never removed';
comment on column ledger.journal.subject_id is 'the payment (UUIDv7) that the fact is about; its time decides the partition';
comment on column ledger.journal.sequence is 'position in the merchant''s chain, without gaps from 1';
comment on column ledger.journal.amounts is 'in minor units, debit positive, one for each account';

-- A month that nobody prepared, or a clock that stepped, must not stop a payment: its row lands here and raises an alarm.
create table ledger.journal_default partition of ledger.journal default;

-- Not unique: a unique key over a partitioned table needs the partition key. The head makes sequences unique, verification proves it.
create index journal_by_sequence on ledger.journal (merchant_id, sequence);

create table ledger.head (
  merchant_id uuid primary key,
  sequence bigint not null check (sequence >= 0),
  hash bytea not null check (octet_length(hash) = 32)
) with (fillfactor = 50);
comment on table ledger.head is 'the end of each merchant''s chain; its row lock orders all postings of the merchant';

create table ledger.balance (
  merchant_id uuid not null,
  account text not null check (account ~ '^[a-z]+:[a-z]+$'),
  currency text not null check (currency = 'CNY'),
  minor bigint not null,
  primary key (merchant_id, account, currency)
) with (fillfactor = 50);
comment on column ledger.balance.minor is 'sum of all postings to this account, debit positive';

grant select, insert on ledger.journal to huiyin_batch;
grant select, insert, update on ledger.head, ledger.balance to huiyin_batch;

call platform.isolate_by_merchant('ledger.journal');
call platform.isolate_by_merchant('ledger.head');
call platform.isolate_by_merchant('ledger.balance');
