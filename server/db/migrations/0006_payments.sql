-- 0006_payments.sql
-- lock: none (new schema) · reversible: yes (drop schema payments) · needs: code from 0.1
-- Payments with the schedule of their resolver, their timeline, and the small tables of what may exist only once.
--
-- Payments and timeline are partitioned by range of the payment’s UUIDv7, so by month. What must be unique for longer
-- than a partition lives (idempotency keys, merchant order numbers, used payer codes) is kept in tables of its own.
-- Lock order everywhere: idempotency keys, order numbers, payer codes, payments, ledger heads; each sorted by key.
-- One exception that cannot close a circle: who holds a payment may store the answer of its key, because whoever holds a
-- key of an existing payment never waits for anything else.

create schema payments;
grant usage on schema payments to huiyin_batch, huiyin_tenant;

create table payments.payment (
  merchant_id uuid not null,
  payment_id uuid not null,
  version integer not null check (version > 0),
  state text not null check (state in ('processing', 'awaitingPayer', 'succeeded', 'failed', 'closed', 'reversed')),

  store_id uuid,
  terminal_id uuid,
  merchant_order_no text,
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  channel_order_no text not null check (length(channel_order_no) between 8 and 64),
  idempotency_key text not null,
  amount_minor bigint not null check (amount_minor between 1 and 10000000000),
  currency text not null check (currency = 'CNY'),
  subject text not null check (length(subject) between 1 and 128),
  payer_code_masked text not null check (payer_code_masked ~ '^[0-9]{2}\*+[0-9]{2}$'),

  -- The resolver’s schedule is part of the payment: whoever reads the row knows what happens next, and a crash forgets nothing.
  resolve_at timestamptz,
  resolve_step text check (resolve_step in ('query', 'cancel')),
  lease_until timestamptz,
  cancel_attempts integer not null check (cancel_attempts >= 0),
  -- What was said before this moment may have been undone since.
  last_cancel_at timestamptz,

  review_since timestamptz,
  review_reason text check (review_reason in ('timetableExhausted', 'amountMismatch', 'paidAfterReversal')),
  review_owner text check (review_owner = 'operator'),
  late_success boolean not null,

  channel_code text,
  channel_message text,
  retry text check (retry in ('queryFirst', 'sameRequest', 'newOrder', 'newPayerCode', 'never', 'later', 'afterFix')),
  blame text[] not null,
  cause_hints text[] not null,
  channel_trade_no text,
  funding_source text,
  payer_account text,

  facts text[] not null,
  fee_rate_basis_points bigint check (fee_rate_basis_points between 0 and 10000),
  fee_minor bigint check (fee_minor between 0 and amount_minor),
  refunded_minor bigint not null check (refunded_minor between 0 and amount_minor),
  decided_by text,
  last_notification_id text,

  created_at timestamptz not null,
  expires_at timestamptz not null check (expires_at > created_at),
  paid_at timestamptz,
  finished_at timestamptz,

  primary key (merchant_id, payment_id),
  check ((resolve_at is null) = (resolve_step is null)),
  check ((review_since is null) = (review_reason is null) and (review_since is null) = (review_owner is null)),
  -- An unfinished payment has a next step or a person: nothing is ever forgotten.
  check (state not in ('processing', 'awaitingPayer') or resolve_at is not null or review_since is not null),
  check ((state in ('processing', 'awaitingPayer')) = (finished_at is null)),
  -- Paid means booked, with a fee, by the channel’s word or by a person who stands for it.
  check (state <> 'succeeded' or (paid_at is not null and fee_minor is not null and 'succeeded' = any (facts))),
  check (state <> 'succeeded' or channel_trade_no is not null or decided_by is not null),
  check (state <> 'reversed' or facts[cardinality(facts)] = 'reversed'),
  check (state not in ('failed', 'closed') or cardinality(facts) = 0),
  check ((fee_minor is null) = (fee_rate_basis_points is null) and (fee_minor is null) = (cardinality(facts) = 0)),
  check (state <> 'succeeded' or review_since is null)
) partition by range (payment_id);
comment on table payments.payment is 'one row per payment, changed only by a decision, under a version that grows by one';
comment on column payments.payment.facts is 'facts of this payment in the ledger, in the order in which they were booked';
comment on column payments.payment.payer_code_masked is 'first and last two digits; the code itself is stored nowhere';

-- A month that nobody prepared, or a clock that stepped, must not stop a payment: its row lands here and raises an alarm.
create table payments.payment_default partition of payments.payment default;

-- An operator knows a payment by its id alone.
create index payment_by_id on payments.payment (payment_id);
create index payment_due on payments.payment (resolve_at) where resolve_at is not null;
create index payment_in_review on payments.payment (review_since) where review_since is not null;
create index payment_by_terminal on payments.payment (merchant_id, terminal_id, payment_id) where terminal_id is not null;
create index payment_by_channel_trade on payments.payment (channel_trade_no) where channel_trade_no is not null;

-- One row per decision, its entries as an array: what was received, sent, changed and announced, in both directions.
create table payments.event (
  merchant_id uuid not null,
  payment_id uuid not null,
  version integer not null check (version > 0),
  entries jsonb not null check (jsonb_typeof(entries) = 'array'),
  primary key (merchant_id, payment_id, version)
) partition by range (payment_id);
comment on table payments.event is 'append-only timeline: one row for each version of a payment';
comment on column payments.event.entries is 'array of {id, at, kind, direction, data}, redacted before it is stored';
create table payments.event_default partition of payments.event default;

-- A key belongs to a merchant for ever. The answer is stored by the transaction that reaches the state it reports.
create table payments.idempotency_key (
  merchant_id uuid not null,
  key text not null check (length(key) between 1 and 255),
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  payment_id uuid not null,
  created_at timestamptz not null,
  -- Until then the first request may still be running; afterwards a missing answer means that its process died.
  running_until timestamptz not null,
  answer_status integer check (answer_status in (201, 202)),
  answer_body text,
  primary key (merchant_id, key),
  check ((answer_status is null) = (answer_body is null))
);

create table payments.merchant_order_no (
  merchant_id uuid not null,
  merchant_order_no text not null check (merchant_order_no ~ '^[0-9A-Za-z_-]{1,64}$'),
  payment_id uuid not null,
  primary key (merchant_id, merchant_order_no)
);
create index merchant_order_no_anywhere on payments.merchant_order_no (merchant_order_no);

-- A payer code is good for one payment. Only its keyed hash is known here.
create table payments.payer_code (
  merchant_id uuid not null,
  code_hash bytea not null check (octet_length(code_hash) = 32),
  payment_id uuid not null,
  used_at timestamptz not null,
  primary key (merchant_id, code_hash)
);
create index payer_code_by_age on payments.payer_code (used_at);

grant select, insert, update on payments.payment to huiyin_batch;
grant select, insert on payments.event to huiyin_batch;
-- Keys and order numbers are deleted only by the transaction that took them, for a request that it then refuses.
grant select, insert, update, delete on payments.idempotency_key to huiyin_batch;
grant select, insert, delete on payments.merchant_order_no to huiyin_batch;
-- Payer codes are forgotten when their time is over.
grant select, insert, update, delete on payments.payer_code to huiyin_batch;

call platform.isolate_by_merchant('payments.payment');
call platform.isolate_by_merchant('payments.event');
call platform.isolate_by_merchant('payments.idempotency_key');
call platform.isolate_by_merchant('payments.merchant_order_no');
call platform.isolate_by_merchant('payments.payer_code');

-- What only the platform compares stays with the platform.
revoke select on payments.idempotency_key, payments.payer_code from huiyin_tenant;
