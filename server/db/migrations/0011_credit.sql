-- 0011_credit.sql
-- lock: merchant, fee_schedule, capability for a moment (small) · reversible: yes (drop what is added) · needs: code from 0.2
-- Before it is reversed no row of the new products may be left: the checks become narrower.
-- Whether a merchant takes credit, and instalments whose fee the merchant pays: a product of their own, a rate per term.

alter table merchants.merchant
  add column credit_acceptance text not null default 'accepted' check (credit_acceptance in ('accepted', 'refused'));
comment on column merchants.merchant.credit_acceptance is 'the merchant’s own switch: "refused" takes no Huabei, no instalments and no credit card';

-- Who switched it when, and why: money not taken is a decision that somebody asks about.
create table merchants.credit_acceptance_history (
  merchant_id uuid not null references merchants.merchant,
  version integer not null check (version > 0),
  credit_acceptance text not null check (credit_acceptance in ('accepted', 'refused')),
  actor text not null,
  reason text not null check (length(reason) between 2 and 200),
  at timestamptz not null,
  primary key (merchant_id, version)
);
grant select, insert on merchants.credit_acceptance_history to huiyin_batch;
call platform.isolate_by_merchant('merchants.credit_acceptance_history');

alter table merchants.fee_schedule drop constraint fee_schedule_product_check;
alter table merchants.fee_schedule add constraint fee_schedule_product_check
  check (product in ('alipay', 'huabei', 'huabeiInstalment3', 'huabeiInstalment6', 'huabeiInstalment12'));
alter table merchants.capability drop constraint capability_product_check;
alter table merchants.capability add constraint capability_product_check
  check (product in ('alipay', 'huabei', 'huabeiInstalment'));
