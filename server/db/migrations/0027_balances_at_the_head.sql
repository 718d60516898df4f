-- 0027_balances_at_the_head.sql
-- lock: ledger.head and ledger.balance while three balances a merchant are copied · reversible: yes (make the table again from the view, drop the columns) · needs: code from 0.3
-- A merchant's balances move with the end of its chain, under the same lock, in the same transaction: they are in the same
-- row. Three rows less are written for each merchant of a batch. Who reads balances finds them where they were.

alter table ledger.head
  add column accounts text[] not null default '{}',
  add column amounts bigint[] not null default '{}';

update ledger.head set accounts = present.accounts, amounts = present.amounts
from (select merchant_id, array_agg(account order by account) as accounts, array_agg(minor order by account) as amounts
      from ledger.balance group by merchant_id) as present
where head.merchant_id = present.merchant_id;

alter table ledger.head
  add constraint head_accounts check (cardinality(accounts) = cardinality(amounts) and array_position(accounts, null) is null and array_position(amounts, null) is null);
comment on table ledger.head is 'the end of each merchant''s chain and the balances there; its row lock orders all postings of the merchant';
comment on column ledger.head.accounts is 'every account that was ever posted to, in order';
comment on column ledger.head.amounts is 'balances: sum of all postings to each account, in minor units, debit positive';

drop table ledger.balance;

-- For whoever reads: one row an account. Row-level security is that of the head, for whoever asks.
create view ledger.balance with (security_invoker = true) as
  select head.merchant_id, posted.account, 'CNY'::text as currency, posted.minor
  from ledger.head as head cross join lateral unnest(head.accounts, head.amounts) as posted (account, minor);
comment on view ledger.balance is 'what the heads say, account by account';
grant select on ledger.balance to huiyin_batch, huiyin_tenant;
