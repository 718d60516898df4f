-- 0001_platform.sql
-- Helpers that every later migration uses. The roles huiyin_owner, huiyin_batch and huiyin_tenant exist for the whole
-- server, not for one database, so the migrator creates them before the first file.
-- lock: none · reversible: yes · needs: nothing

grant usage on schema platform to huiyin_batch, huiyin_tenant;

-- Jobs live beside the rows that cause them; the tables inside are those of pg-boss.
create schema pgboss authorization huiyin_owner;
grant usage on schema pgboss to huiyin_batch;

-- The merchant whose rows this transaction may see; null, and so nothing, where none was named.
create function platform.current_merchant_id() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('huiyin.merchant_id', true), '')::uuid;

-- Whether signed amounts cancel out exactly: the CHECK behind every journal. Immutable, so that a CHECK may use it.
create function platform.sums_to_zero(amounts bigint[]) returns boolean
  language sql immutable parallel safe
  return amounts is not null
    and array_position(amounts, null) is null
    and (select coalesce(sum(amount), 0) = 0 from unnest(amounts) as amount);

-- The second wall between merchants, the same for every table that has a merchant_id: row-level security forced on
-- everybody, the tenant role reads its own merchant only, batch and owner work through policies of their own.
-- Which verbs batch may use is granted by the migration that creates the table.
create procedure platform.isolate_by_merchant(target regclass)
  language plpgsql
  as $$
  begin
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy tenant on %s for select to huiyin_tenant
                    using (merchant_id = platform.current_merchant_id())', target);
    execute format('create policy batch on %s to huiyin_batch using (true) with check (true)', target);
    execute format('create policy owner on %s to huiyin_owner using (true) with check (true)', target);
    execute format('grant select on %s to huiyin_tenant', target);
  end
  $$;
