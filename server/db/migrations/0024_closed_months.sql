-- 0024_closed_months.sql
-- lock: none (new tables) · reversible: yes (drop both tables, once no month is detached) · needs: code from 0.3
-- Months that were closed: what every merchant’s books said at their end, so that verification can start there and the
-- partitions of the month can leave the tables of the money path.

create table platform.month (
  month text primary key check (month ~ '^[0-9]{6}$'),
  state text not null check (state in ('closed', 'detached')),
  below uuid not null,
  merchants bigint not null check (merchants >= 0),
  closings_hash bytea not null check (octet_length(closings_hash) = 32),
  closed_at timestamptz not null,
  detached_at timestamptz,
  check ((state = 'detached') = (detached_at is not null))
);
comment on table platform.month is 'months of Asia/Shanghai that were closed; the others are open and have no row';
comment on column platform.month.below is 'ids of this month and of all before it are below this one';
comment on column platform.month.closings_hash is 'over the closings of this month, in the order of merchants: none can disappear unnoticed';

-- Append-only. A month that was booked in again after its closing is closed again, by a row of its own.
create table ledger.closing (
  merchant_id uuid not null,
  number bigint not null check (number > 0),
  month text not null check (month ~ '^[0-9]{6}$'),
  below uuid not null,
  sequence bigint not null check (sequence > 0),
  hash bytea not null check (octet_length(hash) = 32),
  currency text not null check (currency = 'CNY'),
  accounts text[] not null,
  amounts bigint[] not null,
  later_journals bigint not null check (later_journals >= 0),
  later_hash bytea not null check (octet_length(later_hash) = 32),
  closed_at timestamptz not null,
  previous_hash bytea not null check (octet_length(previous_hash) = 32),
  closing_hash bytea not null check (octet_length(closing_hash) = 32),
  primary key (merchant_id, number),
  check (cardinality(accounts) = cardinality(amounts)),
  check (platform.sums_to_zero(amounts))
);
comment on table ledger.closing is 'the books of a merchant as of the last journal of a month; each closing carries the hash of the one before';
comment on column ledger.closing.sequence is 'of the last journal about anything of this month or an earlier one: all of them are up to here';
comment on column ledger.closing.amounts is 'balances up to there, in the order of accounts, in minor units, debit positive';
comment on column ledger.closing.later_hash is 'over the hashes of journals up to there that belong to later months, and stay when this one is detached';

-- Which months are archived is no merchant’s secret: it is what an answer about an old payment says.
grant select on platform.month to huiyin_batch, huiyin_tenant;
grant select on ledger.closing to huiyin_batch;
call platform.isolate_by_merchant('ledger.closing');
