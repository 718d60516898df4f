-- 0018_webhooks.sql
-- lock: none (new schema) · reversible: yes (drop schema webhooks) · needs: code from 0.3
-- What merchants are told of by HTTP: where to, what happened, and every attempt to say so.
--
-- An event is written in the transaction of what happened, and only for merchants that have an endpoint.

create schema webhooks;
grant usage on schema webhooks to huiyin_batch, huiyin_tenant;

create table webhooks.endpoint (
  merchant_id uuid not null,
  endpoint_id uuid not null,
  url text not null check (length(url) between 10 and 2048),
  -- Empty: every type, also those of later releases.
  event_types text[] not null,
  description text not null check (length(description) <= 200),
  state text not null check (state in ('enabled', 'disabled', 'deleted')),
  disabled_reason text check (disabled_reason in ('person', 'failing', 'gone')),
  disabled_at timestamptz,
  -- The subject of the case that tells of it: each disabling has its own.
  disabled_case_id uuid,
  failing_since timestamptz,
  -- Sealed with the master key. The one before signs beside it until it expires.
  secret_sealed text not null,
  previous_secret_sealed text,
  previous_secret_until timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  primary key (merchant_id, endpoint_id),
  check ((state = 'disabled') = (disabled_reason is not null)),
  check ((disabled_reason is null) = (disabled_at is null)),
  check ((previous_secret_sealed is null) = (previous_secret_until is null))
);
-- An operator knows an endpoint by its id alone.
create index endpoint_by_id on webhooks.endpoint (endpoint_id);

create table webhooks.event (
  merchant_id uuid not null,
  event_id uuid not null,
  type text not null check (type ~ '^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$'),
  -- With its prefix: a payment, a refund, or an endpoint that is tried.
  subject_id text not null,
  version integer not null check (version > 0),
  occurred_at timestamptz not null,
  body text not null,
  primary key (merchant_id, event_id)
);
comment on column webhooks.event.body is 'the message to the byte: what is signed and sent, however often';
-- Old ones are found by their ids, which are ordered by time.
create index event_by_id on webhooks.event (event_id);

create table webhooks.delivery (
  merchant_id uuid not null,
  endpoint_id uuid not null,
  event_id uuid not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts smallint not null check (attempts >= 0),
  due_at timestamptz,
  lease_until timestamptz,
  primary key (merchant_id, endpoint_id, event_id),
  foreign key (merchant_id, endpoint_id) references webhooks.endpoint (merchant_id, endpoint_id),
  foreign key (merchant_id, event_id) references webhooks.event (merchant_id, event_id) on delete cascade,
  -- What waits is due some day, and what is over is not.
  check ((state = 'waiting') = (due_at is not null)),
  check (state = 'waiting' or lease_until is null)
);
create index delivery_due on webhooks.delivery (merchant_id, endpoint_id, due_at) where state = 'waiting';
create index delivery_by_event on webhooks.delivery (merchant_id, event_id);

create table webhooks.attempt (
  merchant_id uuid not null,
  endpoint_id uuid not null,
  event_id uuid not null,
  attempt_id uuid not null,
  at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  status smallint,
  problem text,
  answer text check (length(answer) <= 1024),
  primary key (merchant_id, endpoint_id, event_id, attempt_id),
  foreign key (merchant_id, endpoint_id, event_id)
    references webhooks.delivery (merchant_id, endpoint_id, event_id) on delete cascade
);

grant select, insert, update on webhooks.endpoint to huiyin_batch;
grant select, insert, delete on webhooks.event to huiyin_batch;
grant select, insert, update, delete on webhooks.delivery to huiyin_batch;
grant select, insert, delete on webhooks.attempt to huiyin_batch;

call platform.isolate_by_merchant('webhooks.endpoint');
call platform.isolate_by_merchant('webhooks.event');
call platform.isolate_by_merchant('webhooks.delivery');
call platform.isolate_by_merchant('webhooks.attempt');

-- Secrets are nobody's to read but the platform's.
revoke select on webhooks.endpoint from huiyin_tenant;
grant select (merchant_id, endpoint_id, url, event_types, description, state, disabled_reason, disabled_at,
  disabled_case_id, failing_since, previous_secret_until, created_at) on webhooks.endpoint to huiyin_tenant;
