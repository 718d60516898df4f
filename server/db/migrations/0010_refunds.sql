-- 0010_refunds.sql
-- lock: payment, idempotency_key for a moment (constant defaults) · reversible: yes (drop what is added) · needs: code from 0.2
-- What happens to a payment besides being collected: refunds, reversals by hand, and the instalments it was made with.
--
-- Refunds are partitioned by range of their own UUIDv7. The sum of what is given back is held under the row lock of the
-- payment and by a CHECK on it. Lock order everywhere: idempotency keys, order numbers, refund numbers, payer codes,
-- payments, refunds, ledger heads; each sorted by key.

alter table payments.payment
  add column refunding_minor bigint not null default 0,
  add column refunds_minor bigint not null default 0,
  add column reversal_requested_at timestamptz,
  add column credit_instalments integer check (credit_instalments in (3, 6, 12)),
  add column credit_fee_bearer text check (credit_fee_bearer in ('merchant', 'payer')),
  add check (refunding_minor >= 0 and refunds_minor >= 0),
  -- Never more than was paid, whatever a program believes.
  add check (refunding_minor + refunded_minor <= amount_minor),
  add check (refunds_minor <= refunded_minor),
  -- Only money that is here can be promised back.
  add check (refunding_minor = 0 or state = 'succeeded'),
  add check ((credit_instalments is null) = (credit_fee_bearer is null));
comment on column payments.payment.refunding_minor is 'reserved by refunds that have no outcome yet';
comment on column payments.payment.refunds_minor is 'given back by refunds; a reversal gives back the rest, so that refunded_minor is the whole';
comment on column payments.payment.reversal_requested_at is 'somebody asked to undo it while its outcome was unclear: it is cancelled without waiting';

-- One key, one effect, whatever the effect is: a key names a payment, or a refund of it.
alter table payments.idempotency_key add column refund_id uuid;

create table payments.refund (
  merchant_id uuid not null,
  refund_id uuid not null,
  payment_id uuid not null,
  version integer not null check (version > 0),
  state text not null check (state in ('processing', 'succeeded', 'failed')),
  kind text not null check (kind in ('refund', 'reversal')),

  store_id uuid,
  terminal_id uuid,
  merchant_refund_no text check (merchant_refund_no ~ '^[0-9A-Za-z_-]{1,64}$'),
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  channel_order_no text not null check (length(channel_order_no) between 8 and 64),
  channel_refund_no text not null check (length(channel_refund_no) between 8 and 64),
  idempotency_key text not null,
  amount_minor bigint not null check (amount_minor between 1 and 10000000000),
  currency text not null check (currency = 'CNY'),
  reason text check (length(reason) between 1 and 200),

  resolve_at timestamptz,
  resolve_step text check (resolve_step in ('send', 'query')),
  lease_until timestamptz,
  sends integer not null check (sends > 0),
  sent_by timestamptz not null,
  last_said text check (last_said in ('balanceShort', 'refused')),
  review_since timestamptz,
  refunded_before_minor bigint not null check (refunded_before_minor >= 0),

  channel_code text,
  channel_message text,
  retry text check (retry in ('queryFirst', 'sameRequest', 'newOrder', 'newPayerCode', 'never', 'later', 'afterFix')),
  cause_hints text[] not null,
  fee_returned_minor bigint check (fee_returned_minor between 0 and amount_minor),
  decided_by text,

  created_at timestamptz not null,
  refunded_at timestamptz,
  finished_at timestamptz,

  primary key (merchant_id, refund_id),
  check ((resolve_at is null) = (resolve_step is null)),
  -- A refund without an outcome has a next step or a person: nothing is ever forgotten.
  check (state <> 'processing' or resolve_at is not null or review_since is not null),
  check ((state = 'processing') = (finished_at is null)),
  check (state = 'processing' or review_since is null),
  -- What ended is asked about only where a person said so, perhaps mistakenly.
  check (state = 'processing' or resolve_at is null or (resolve_step = 'query' and decided_by is not null)),
  -- Given back means booked, with the fee that goes back with it.
  check ((state = 'succeeded') = (fee_returned_minor is not null)),
  check ((state = 'succeeded') = (refunded_at is not null))
) partition by range (refund_id);
comment on table payments.refund is 'one row per refund, changed only by a decision under the row lock of its payment';
comment on column payments.refund.store_id is 'where the payment was taken, not where the refund was asked for';
comment on column payments.refund.sent_by is 'no send of this refund began later: until some seconds after it the channel may not know it yet';
comment on column payments.refund.refunded_before_minor is 'given back of the payment before this refund was asked for: the least that the channel’s total must contain besides it';
create table payments.refund_default partition of payments.refund default;

-- An operator knows a refund by its id alone.
create index refund_by_id on payments.refund (refund_id);
create index refund_by_payment on payments.refund (merchant_id, payment_id, refund_id);
create index refund_due on payments.refund (resolve_at) where resolve_at is not null;
create index refund_in_review on payments.refund (review_since) where review_since is not null;

create table payments.merchant_refund_no (
  merchant_id uuid not null,
  merchant_refund_no text not null check (merchant_refund_no ~ '^[0-9A-Za-z_-]{1,64}$'),
  refund_id uuid not null,
  primary key (merchant_id, merchant_refund_no)
);

grant select, insert, update on payments.refund to huiyin_batch;
-- Deleted only by the transaction that took them, for a request that it then refuses.
grant select, insert, delete on payments.merchant_refund_no to huiyin_batch;

call platform.isolate_by_merchant('payments.refund');
call platform.isolate_by_merchant('payments.merchant_refund_no');
