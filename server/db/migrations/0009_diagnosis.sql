-- 0009_diagnosis.sql
-- lock: none (new schema) · reversible: yes (drop schema diagnosis) · needs: code from 0.1
-- Every diagnosis with the case file it was made from, so that it can be repeated; answers of people; remedies and what came of them.

create schema diagnosis;
grant usage on schema diagnosis to huiyin_batch, huiyin_tenant;

create table diagnosis.diagnosis (
  merchant_id uuid not null,
  diagnosis_id uuid not null,
  -- What it is about; a payment has at most one diagnosis of its own, whoever asks.
  payment_id uuid,
  terminal_id uuid,
  -- What somebody wrote, and how it was understood; null where nobody wrote anything.
  complaint jsonb,
  actor text not null,
  created_at timestamptz not null,
  primary key (merchant_id, diagnosis_id)
);
create unique index diagnosis_of_payment on diagnosis.diagnosis (merchant_id, payment_id)
  where payment_id is not null and complaint is null;
create index diagnosis_by_id on diagnosis.diagnosis (diagnosis_id);

-- One row whenever the evidence changed.
create table diagnosis.revision (
  merchant_id uuid not null,
  diagnosis_id uuid not null,
  revision integer not null check (revision > 0),
  -- Of the evidence and the conclusion: the same again is not stored again.
  fingerprint bytea not null check (octet_length(fingerprint) = 32),
  engine text not null,
  case_file jsonb not null,
  finding jsonb not null,
  created_at timestamptz not null,
  primary key (merchant_id, diagnosis_id, revision),
  foreign key (merchant_id, diagnosis_id) references diagnosis.diagnosis (merchant_id, diagnosis_id)
);

create table diagnosis.answer (
  merchant_id uuid not null,
  diagnosis_id uuid not null,
  no integer not null check (no > 0),
  question_id text not null,
  option_id text not null,
  actor text not null,
  at timestamptz not null,
  primary key (merchant_id, diagnosis_id, no),
  foreign key (merchant_id, diagnosis_id) references diagnosis.diagnosis (merchant_id, diagnosis_id)
);

create table diagnosis.remedy (
  merchant_id uuid not null,
  diagnosis_id uuid not null,
  remedy_id text not null,
  cause_id text not null,
  action text not null check (action in ('openHuabei', 'replayArrival')),
  level text not null check (level in ('R0', 'R1', 'R2', 'R3', 'R4')),
  state text not null check (state in ('offered', 'running', 'verified', 'failed')),
  version integer not null check (version > 0),
  -- Whoever carries it out has it until then; afterwards anybody may take over.
  lease_until timestamptz,
  offered_at timestamptz not null,
  primary key (merchant_id, diagnosis_id, remedy_id),
  foreign key (merchant_id, diagnosis_id) references diagnosis.diagnosis (merchant_id, diagnosis_id),
  check ((state = 'running') = (lease_until is not null))
);
create index remedy_open on diagnosis.remedy (offered_at) where state in ('offered', 'running');

-- Every step of a remedy: who, when, what was found before and after.
create table diagnosis.remedy_event (
  merchant_id uuid not null,
  diagnosis_id uuid not null,
  remedy_id text not null,
  version integer not null,
  state text not null,
  actor text not null,
  facts jsonb not null,
  at timestamptz not null,
  primary key (merchant_id, diagnosis_id, remedy_id, version),
  foreign key (merchant_id, diagnosis_id, remedy_id) references diagnosis.remedy (merchant_id, diagnosis_id, remedy_id)
);

grant select, insert on diagnosis.diagnosis, diagnosis.revision, diagnosis.answer, diagnosis.remedy_event to huiyin_batch;
-- Locked while a revision or an answer is added.
grant update (actor) on diagnosis.diagnosis to huiyin_batch;
grant select, insert, update on diagnosis.remedy to huiyin_batch;

call platform.isolate_by_merchant('diagnosis.diagnosis');
call platform.isolate_by_merchant('diagnosis.revision');
call platform.isolate_by_merchant('diagnosis.answer');
call platform.isolate_by_merchant('diagnosis.remedy');
call platform.isolate_by_merchant('diagnosis.remedy_event');
