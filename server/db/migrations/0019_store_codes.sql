-- 0019_store_codes.sql
-- lock: none (new schema) · reversible: yes (drop schema store_codes) · needs: code from 0.3
-- 固定收款码: printed codes of a store. The page behind one asks for the amount; whoever knows the token may pay there.

create schema store_codes;
grant usage on schema store_codes to huiyin_batch, huiyin_tenant;

create table store_codes.store_code (
  merchant_id uuid not null,
  code_id uuid not null,
  store_id uuid not null,
  -- 26 characters of Crockford's base32: 128 bits of chance, part of a printed address.
  token text not null check (token ~ '^[0-9a-hjkmnp-tv-z]{26}$'),
  label text not null check (length(label) between 1 and 40),
  state text not null check (state in ('enabled', 'disabled')),
  created_at timestamptz not null,
  created_by text not null,
  changed_at timestamptz not null,
  primary key (merchant_id, code_id),
  foreign key (merchant_id, store_id) references merchants.store (merchant_id, store_id)
);
-- A page knows a code by its token alone; chance keeps tokens apart.
create index store_code_by_token on store_codes.store_code (token);
create index store_code_by_store on store_codes.store_code (merchant_id, store_id, code_id);

grant select, insert, update on store_codes.store_code to huiyin_batch;
call platform.isolate_by_merchant('store_codes.store_code');
