-- 0016_routing.sql
-- lock: fee_schedule, capability, maintenance_window for a moment (small) · reversible: yes (drop what is added) · needs: code from 0.2
-- Before it is reversed no row of the new products may be left: the checks become narrower.
-- Products of WeChat Pay and UnionPay, more than one account of a merchant at a channel, and which of them serves a payment.

alter table merchants.fee_schedule drop constraint fee_schedule_product_check;
alter table merchants.fee_schedule add constraint fee_schedule_product_check
  check (product in ('alipay', 'huabei', 'huabeiInstalment3', 'huabeiInstalment6', 'huabeiInstalment12', 'wechat', 'unionpay'));
alter table merchants.capability drop constraint capability_product_check;
alter table merchants.capability add constraint capability_product_check
  check (product in ('alipay', 'huabei', 'huabeiInstalment', 'wechat', 'unionpay'));

-- Null means the whole of the scope; otherwise the window shuts only this part of it.
alter table merchants.maintenance_window
  add column method text check (method in ('alipay', 'huabei', 'wechat', 'unionpay')),
  add column route text check (route ~ '^[a-z][0-9A-Za-z-]{0,31}$'),
  add column bank text check (length(bank) between 1 and 32);
comment on column merchants.maintenance_window.bank is 'the bank as the channel abbreviates it: who pays from there fails, everybody else does not';

-- Further accounts of a merchant at a channel. The first one, the route "main", is the row in channel_account.
create table merchants.alternative_account (
  merchant_id uuid not null references merchants.merchant,
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  route text not null check (route ~ '^[a-z][0-9A-Za-z-]{0,31}$' and route <> 'main'),
  state text not null check (state in ('active', 'disabled')),
  version integer not null check (version > 0),
  -- As in channel_account: every field under seal.
  config_sealed text not null,
  updated_at timestamptz not null,
  primary key (merchant_id, channel, route)
);
create table merchants.alternative_account_history (
  merchant_id uuid not null,
  channel text not null,
  route text not null,
  version integer not null,
  state text not null,
  config_sealed text not null,
  changed_keys text[] not null,
  actor text not null,
  reason text not null,
  at timestamptz not null,
  primary key (merchant_id, channel, route, version),
  foreign key (merchant_id, channel, route) references merchants.alternative_account (merchant_id, channel, route)
);
grant select, insert, update on merchants.alternative_account to huiyin_batch;
grant select, insert on merchants.alternative_account_history to huiyin_batch;
call platform.isolate_by_merchant('merchants.alternative_account');
call platform.isolate_by_merchant('merchants.alternative_account_history');
revoke select on merchants.alternative_account, merchants.alternative_account_history from huiyin_tenant;
grant select (merchant_id, channel, route, state, version, updated_at) on merchants.alternative_account to huiyin_tenant;

create schema routing;
grant usage on schema routing to huiyin_batch, huiyin_tenant;

-- The rules of a merchant for one channel, whole: the newest version holds, older ones say what held before.
create table routing.plan (
  merchant_id uuid not null references merchants.merchant,
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  version integer not null check (version > 0),
  rules jsonb not null,
  actor text not null,
  reason text not null check (length(reason) between 2 and 200),
  at timestamptz not null,
  primary key (merchant_id, channel, version)
);
grant select, insert on routing.plan to huiyin_batch;
call platform.isolate_by_merchant('routing.plan');

-- Through which account a payment went, where it was not "main": everything that is asked about it later goes there too.
create table routing.choice (
  merchant_id uuid not null,
  payment_id uuid not null,
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  route text not null check (route <> 'main'),
  primary key (merchant_id, payment_id)
);
grant select, insert on routing.choice to huiyin_batch;
call platform.isolate_by_merchant('routing.choice');

-- Circuit breakers that a process opened, for the others to know of. Its window of counts stays in its memory.
create table routing.circuit (
  channel text not null check (channel in ('alipay', 'wechat', 'unionpay')),
  -- Host of the gateway.
  path text not null check (length(path) between 1 and 255),
  method text not null check (method in ('payerCode', 'shownCode', 'refund')),
  -- Empty: all banks.
  bank text not null check (length(bank) <= 32),
  state text not null check (state in ('closed', 'open', 'halfOpen')),
  failures integer not null check (failures >= 0),
  answers integer not null check (answers >= 0),
  since timestamptz not null,
  probe_at timestamptz,
  process text not null,
  primary key (channel, path, method, bank)
);
grant select, insert, update on routing.circuit to huiyin_batch;
