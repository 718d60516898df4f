-- 0008_arrivals.sql
-- lock: none (new schema) · reversible: yes (drop schema arrivals) · needs: code from 0.1
-- For every paid order one announcement per terminal that announces it, with every stage it reached.
--
-- Partitioned by range of the payment’s UUIDv7, so that the key (merchant, payment, terminal), which keeps an
-- announcement from existing twice, holds the partition key. A row is written inside the transaction that books the
-- payment; afterwards it only moves forwards.

create schema arrivals;
grant usage on schema arrivals to huiyin_batch, huiyin_tenant;

-- The last sequence given to each terminal: its announcements are counted without gaps.
create table arrivals.cursor (
  merchant_id uuid not null,
  terminal_id uuid not null,
  last_sequence bigint not null check (last_sequence > 0),
  primary key (merchant_id, terminal_id)
) with (fillfactor = 50);

-- Announcements that became too old, spoken as one sentence.
create table arrivals.summary (
  merchant_id uuid not null,
  summary_id uuid not null,
  terminal_id uuid not null,
  stage text not null check (stage in ('accepted', 'delivered', 'speaking', 'spoken', 'interrupted')),
  payment_count integer not null check (payment_count > 0),
  total_minor bigint not null check (total_minor > 0),
  currency text not null check (currency = 'CNY'),
  through_sequence bigint not null check (through_sequence > 0),
  send_count integer not null check (send_count >= 0),
  send_after timestamptz,
  accepted_at timestamptz not null,
  delivered_at timestamptz,
  starting_at timestamptz,
  spoken_at timestamptz,
  interrupted_at timestamptz,
  silence_reason text check (silence_reason in ('muted', 'volumeZero', 'audioLocked', 'audioFailed', 'voicePackMissing')),
  primary key (merchant_id, summary_id),
  check ((send_after is not null) = (stage in ('accepted', 'delivered'))),
  check (stage <> 'spoken' or spoken_at is not null),
  check (stage <> 'interrupted' or interrupted_at is not null)
);
create index summary_pending on arrivals.summary (terminal_id, through_sequence) where send_after is not null;
create index summary_speaking on arrivals.summary (terminal_id, starting_at) where stage = 'speaking';

create table arrivals.arrival (
  merchant_id uuid not null,
  payment_id uuid not null,
  terminal_id uuid not null,
  arrival_id uuid not null,
  sequence bigint not null check (sequence > 0),
  stage text not null check (stage in ('accepted', 'delivered', 'speaking', 'spoken', 'interrupted', 'stale')),
  amount_minor bigint not null check (amount_minor between 1 and 10000000000),
  currency text not null check (currency = 'CNY'),
  wallet text not null check (wallet in ('alipay', 'huabei', 'wechat', 'unionpay', 'bankCard')),
  paid_at timestamptz not null,
  accepted_at timestamptz not null,
  -- When the next sending is due; null once the terminal has begun or never will.
  send_after timestamptz,
  send_count integer not null check (send_count >= 0),
  sent_at timestamptz,
  delivered_at timestamptz,
  starting_at timestamptz,
  spoken_at timestamptz,
  interrupted_at timestamptz,
  stale_at timestamptz,
  summary_id uuid,
  silence_reason text check (silence_reason in ('muted', 'volumeZero', 'audioLocked', 'audioFailed', 'voicePackMissing')),
  -- When somebody must have heard it; null once heard or once the case is open.
  watch_at timestamptz,
  unheard_at timestamptz,
  primary key (merchant_id, payment_id, terminal_id),
  check ((send_after is not null) = (stage in ('accepted', 'delivered'))),
  check (stage <> 'spoken' or spoken_at is not null),
  check (stage <> 'speaking' or starting_at is not null),
  check (stage <> 'interrupted' or interrupted_at is not null),
  check ((stage = 'stale') = (summary_id is not null)),
  check (stage <> 'stale' or stale_at is not null)
) partition by range (payment_id);
comment on table arrivals.arrival is 'the truth about an announcement; what is sent to the terminal is a hint';

create table arrivals.arrival_default partition of arrivals.arrival default;

-- What a terminal has still to hear, in order; empty for most terminals at most times.
create index arrival_pending on arrivals.arrival (terminal_id, sequence) where send_after is not null;
create index arrival_due on arrivals.arrival (send_after) where send_after is not null;
create index arrival_speaking on arrivals.arrival (terminal_id, starting_at) where stage = 'speaking';
create index arrival_watched on arrivals.arrival (watch_at) where watch_at is not null;
create index arrival_of_summary on arrivals.arrival (merchant_id, summary_id) where summary_id is not null;

grant select, insert, update on arrivals.cursor, arrivals.summary, arrivals.arrival to huiyin_batch;

call platform.isolate_by_merchant('arrivals.cursor');
call platform.isolate_by_merchant('arrivals.summary');
call platform.isolate_by_merchant('arrivals.arrival');
