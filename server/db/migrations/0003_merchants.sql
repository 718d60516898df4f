-- 0003_merchants.sql
-- lock: none (new schema) · reversible: yes (drop schema merchants) · needs: code from 0.1
-- Who may collect money, through which channel, with which product, at which fee; and when a channel is shut.
--
-- These tables are small and are read far more often than written. On a distributed database merchant and
-- maintenance_window become reference tables: merchant.number is unique over all merchants.

create schema merchants;
grant usage on schema merchants to huiyin_batch, huiyin_tenant;

create table merchants.merchant (
  merchant_id uuid primary key,
  number text not null unique check (number ~ '^[0-9]{8}$'),
  name_zh text not null check (length(name_zh) between 1 and 64),
  name_en text not null check (length(name_en) between 1 and 64),
  mcc text not null check (mcc ~ '^[0-9]{4}$'),
  region text not null check (region ~ '^[0-9]{6}$'),
  state text not null check (state in ('active', 'suspended', 'closed')),
  -- Grows with every change to the merchant, its accounts, fees and products: what caches compare.
  revision bigint not null check (revision > 0),
  created_at timestamptz not null
);
comment on column merchants.merchant.region is 'administrative division of the People''s Republic (GB/T 2260), six digits';

create table merchants.store (
  merchant_id uuid not null references merchants.merchant,
  store_id uuid not null,
  no text not null check (no ~ '^[0-9A-Za-z_-]{1,32}$'),
  name_zh text not null check (length(name_zh) between 1 and 64),
  name_en text not null check (length(name_en) between 1 and 64),
  address text not null check (length(address) between 1 and 200),
  created_at timestamptz not null,
  primary key (merchant_id, store_id),
  unique (merchant_id, no)
);

create table merchants.channel_account (
  merchant_id uuid not null references merchants.merchant,
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  state text not null check (state in ('active', 'disabled')),
  version integer not null check (version > 0),
  -- Every field of the account as one JSON object, sealed with the master key; nothing of it is stored in clear.
  config_sealed text not null,
  updated_at timestamptz not null,
  primary key (merchant_id, channel)
);

-- Every configuration that ever was in force, still sealed: a diagnosis asks which one a payment used.
create table merchants.channel_account_history (
  merchant_id uuid not null,
  channel text not null,
  version integer not null,
  state text not null,
  config_sealed text not null,
  changed_keys text[] not null,
  actor text not null,
  reason text not null,
  at timestamptz not null,
  primary key (merchant_id, channel, version),
  foreign key (merchant_id, channel) references merchants.channel_account (merchant_id, channel)
);

-- A rate holds from its moment until the next row of the same product; rows are never changed.
create table merchants.fee_schedule (
  merchant_id uuid not null references merchants.merchant,
  product text not null check (product in ('alipay', 'huabei')),
  valid_from timestamptz not null,
  rate_basis_points bigint not null check (rate_basis_points between 0 and 10000),
  actor text not null,
  created_at timestamptz not null,
  primary key (merchant_id, product, valid_from)
);

create table merchants.capability (
  merchant_id uuid not null references merchants.merchant,
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  product text not null check (product in ('alipay', 'huabei')),
  capability_id uuid not null,
  state text not null check (state in ('notApplied', 'applying', 'enabled', 'rejected', 'suspended', 'closed')),
  -- Who brought about the present state: what the channel stopped, only the channel may start again.
  source text not null check (source in ('operator', 'merchant', 'channel', 'system')),
  reason text check (length(reason) between 1 and 200),
  version integer not null check (version > 0),
  changed_at timestamptz not null,
  primary key (merchant_id, channel, product),
  check (state not in ('rejected', 'suspended') or reason is not null)
);

create table merchants.capability_history (
  merchant_id uuid not null,
  channel text not null,
  product text not null,
  version integer not null,
  state_before text,
  state text not null,
  source text not null,
  reason text,
  actor text not null,
  at timestamptz not null,
  primary key (merchant_id, channel, product, version),
  foreign key (merchant_id, channel, product) references merchants.capability (merchant_id, channel, product)
);

-- The last word of the channel’s own back office about a product: evidence and cache, never our record.
create table merchants.capability_live (
  merchant_id uuid not null references merchants.merchant,
  channel text not null,
  product text not null,
  state text check (state in ('notApplied', 'applying', 'enabled', 'rejected', 'suspended', 'closed')),
  reason text,
  -- Why there was no answer; null where there was one.
  problem text,
  asked_at timestamptz not null,
  primary key (merchant_id, channel, product),
  check ((state is null) = (problem is not null))
);

-- Times at which a channel, or this platform, is or was shut: read by diagnosis, methods and terminal screens alike.
create table merchants.maintenance_window (
  window_id uuid primary key,
  scope text not null check (scope in ('own', 'alipay', 'wechat', 'unionpay')),
  planned_from timestamptz not null,
  planned_to timestamptz not null check (planned_to > planned_from),
  actual_from timestamptz,
  actual_to timestamptz check (actual_to is null or (actual_from is not null and actual_to >= actual_from)),
  text_zh text not null check (length(text_zh) between 1 and 500),
  text_en text not null check (length(text_en) between 1 and 500),
  actor text not null,
  created_at timestamptz not null
);
create index maintenance_window_by_time on merchants.maintenance_window (planned_from desc);

grant select, insert, update on merchants.merchant, merchants.store, merchants.channel_account, merchants.capability,
  merchants.capability_live, merchants.maintenance_window to huiyin_batch;
grant select, insert on merchants.channel_account_history, merchants.fee_schedule, merchants.capability_history to huiyin_batch;

call platform.isolate_by_merchant('merchants.merchant');
call platform.isolate_by_merchant('merchants.store');
call platform.isolate_by_merchant('merchants.channel_account');
call platform.isolate_by_merchant('merchants.channel_account_history');
call platform.isolate_by_merchant('merchants.fee_schedule');
call platform.isolate_by_merchant('merchants.capability');
call platform.isolate_by_merchant('merchants.capability_history');
call platform.isolate_by_merchant('merchants.capability_live');

-- A tenant may know that an account exists and since when, never its sealed keys.
revoke select on merchants.channel_account, merchants.channel_account_history from huiyin_tenant;
grant select (merchant_id, channel, state, version, updated_at) on merchants.channel_account to huiyin_tenant;

-- Windows concern everybody and belong to no merchant.
grant select on merchants.maintenance_window to huiyin_tenant;
