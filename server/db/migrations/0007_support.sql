-- 0007_support.sql
-- lock: none (new schema) · reversible: yes (drop schema support) · needs: code from 0.1
-- Cases: what the platform noticed by itself and a person has to look at.

create schema support;
grant usage on schema support to huiyin_batch, huiyin_tenant;

create table support."case" (
  merchant_id uuid not null,
  case_id uuid not null,
  kind text not null check (kind ~ '^[a-z][a-zA-Z]{0,63}$'),
  -- What the case is about: for most kinds a payment. One case per kind and subject, however often it is noticed.
  subject_id uuid not null,
  payment_id uuid,
  facts jsonb not null check (jsonb_typeof(facts) = 'object'),
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by text,
  resolution text check (length(resolution) between 1 and 500),
  primary key (merchant_id, case_id),
  unique (merchant_id, kind, subject_id),
  check ((closed_at is null) = (closed_by is null) and (closed_at is null) = (resolution is null))
);

-- The console’s first question: what is open, newest first.
create index case_open on support."case" (case_id desc) where closed_at is null;

grant select, insert, update on support."case" to huiyin_batch;
call platform.isolate_by_merchant('support."case"');
