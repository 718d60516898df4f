-- 0004_terminals.sql
-- lock: none (new schema) · reversible: yes (drop schema terminals) · needs: code from 0.1
-- Which devices may act for a merchant, how each proves who it is, and when each could be reached.
--
-- On a distributed database terminal and activation become reference tables: a device key and an activation code are
-- unique over all merchants. The other tables are distributed by merchant_id.

create schema terminals;
grant usage on schema terminals to huiyin_batch, huiyin_tenant;

create table terminals.terminal (
  merchant_id uuid not null,
  terminal_id uuid not null,
  store_id uuid not null,
  no text not null check (no ~ '^[0-9A-Za-z_-]{1,32}$'),
  name text not null check (length(name) between 1 and 64),
  kind text not null check (kind in ('cashier', 'soundbox')),
  state text not null check (state in ('created', 'active', 'suspended')),
  -- Whose money it announces: its own payments, those of the whole store, or none.
  announce text not null check (announce in ('own', 'store', 'none')),
  public_key bytea unique check (octet_length(public_key) = 32),
  model text check (length(model) between 1 and 64),
  app_version text check (length(app_version) between 1 and 32),
  -- Grows with every change that the device has to know.
  revision bigint not null check (revision > 0),
  created_at timestamptz not null,
  activated_at timestamptz,
  primary key (merchant_id, terminal_id),
  unique (merchant_id, no),
  foreign key (merchant_id, store_id) references merchants.store (merchant_id, store_id),
  check ((state = 'created') = (public_key is null)),
  check ((state = 'created') = (activated_at is null))
);
comment on column terminals.terminal.public_key is 'Ed25519, 32 bytes';
-- A signature names the terminal alone.
create index terminal_by_id on terminals.terminal (terminal_id);
create index terminal_by_store on terminals.terminal (merchant_id, store_id) where announce = 'store';

-- At most one code per terminal; the code itself is never stored.
create table terminals.activation (
  merchant_id uuid not null,
  terminal_id uuid not null,
  code_hash bytea not null unique check (octet_length(code_hash) = 32),
  expires_at timestamptz not null,
  used_at timestamptz,
  actor text not null,
  created_at timestamptz not null,
  primary key (merchant_id, terminal_id),
  foreign key (merchant_id, terminal_id) references terminals.terminal (merchant_id, terminal_id)
);

-- Nonces of signatures already accepted, kept until their signature would be too old anyway.
create table terminals.nonce (
  merchant_id uuid not null,
  terminal_id uuid not null,
  nonce text not null check (nonce ~ '^[A-Za-z0-9_-]{16,64}$'),
  expires_at timestamptz not null,
  primary key (merchant_id, terminal_id, nonce)
);
create index nonce_by_expiry on terminals.nonce (expires_at);

-- Every connection that a terminal had: the evidence for “was it online then?”.
create table terminals.session (
  merchant_id uuid not null,
  connection_id uuid not null,
  terminal_id uuid not null,
  transport text not null check (transport in ('tcp', 'websocket', 'external')),
  remote_address text,
  -- The process that holds the connection, and until when it has vouched for it.
  process_id text not null,
  lease_until timestamptz not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  close_reason text check (close_reason in ('disconnected', 'connectionLost', 'keepAliveTimeout', 'takenOver',
    'protocolError', 'closedByUs', 'stopping', 'leaseExpired')),
  detail text check (length(detail) <= 200),
  primary key (merchant_id, connection_id),
  check ((closed_at is null) = (close_reason is null))
);
create index session_by_terminal on terminals.session (merchant_id, terminal_id, opened_at desc);
create index session_open on terminals.session (terminal_id, lease_until) where closed_at is null;

-- The last thing heard of each terminal; one narrow row, updated in place.
create table terminals.presence (
  merchant_id uuid not null,
  terminal_id uuid not null,
  last_seen_at timestamptz not null,
  config_revision bigint,
  primary key (merchant_id, terminal_id)
) with (fillfactor = 50);

create table terminals.telemetry (
  merchant_id uuid not null,
  terminal_id uuid not null,
  at timestamptz not null,
  app_version text,
  model text,
  battery_percent smallint check (battery_percent between 0 and 100),
  charging boolean,
  network text check (network in ('ethernet', 'wifi', 'cellular', 'unknown')),
  rssi_dbm smallint check (rssi_dbm between -150 and 0),
  volume_percent smallint check (volume_percent between 0 and 100),
  muted boolean,
  scanner_decode_percent smallint check (scanner_decode_percent between 0 and 100),
  waiting_arrivals integer check (waiting_arrivals >= 0),
  -- The device's clock less ours when it reported.
  clock_offset_seconds integer not null,
  primary key (merchant_id, terminal_id, at)
);
create index telemetry_by_time on terminals.telemetry (at);

grant select, insert, update on terminals.terminal, terminals.activation, terminals.session, terminals.presence to huiyin_batch;
grant select, insert, delete on terminals.nonce, terminals.telemetry to huiyin_batch;

call platform.isolate_by_merchant('terminals.terminal');
call platform.isolate_by_merchant('terminals.activation');
call platform.isolate_by_merchant('terminals.nonce');
call platform.isolate_by_merchant('terminals.session');
call platform.isolate_by_merchant('terminals.presence');
call platform.isolate_by_merchant('terminals.telemetry');

-- Proofs are nobody's to read but the platform's.
revoke select on terminals.activation, terminals.nonce from huiyin_tenant;
