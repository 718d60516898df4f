-- 0023_named_merchants.sql
-- lock: the tables named below for a moment (policies) · reversible: yes (drop the policies, the procedure and the function) · needs: nothing
-- One batch writes payments of many merchants by the same statements. The second wall holds there as well: a transaction
-- that names its merchants sees and writes rows of these alone, whatever a statement says. What works for the platform as
-- a whole (the resolver’s look for what is due, verification) names nobody and sees all, as before.

-- The merchants of this transaction; null where none were named.
create function platform.named_merchants() returns uuid[]
  language sql stable parallel safe
  return nullif(current_setting('huiyin.merchants', true), '')::uuid[];

-- Restrictive: it takes away from what the policy of the batch role gives. The sub-select is run once a statement.
create procedure platform.hold_to_named_merchants(target regclass)
  language plpgsql
  as $$
  begin
    execute format('create policy named_merchants on %s as restrictive to huiyin_batch
                    using (coalesce(merchant_id = any ((select platform.named_merchants())::uuid[]), true))', target);
  end
  $$;

call platform.hold_to_named_merchants('payments.payment');
call platform.hold_to_named_merchants('payments.event');
call platform.hold_to_named_merchants('payments.idempotency_key');
call platform.hold_to_named_merchants('payments.merchant_order_no');
call platform.hold_to_named_merchants('payments.payer_code');
call platform.hold_to_named_merchants('ledger.journal');
call platform.hold_to_named_merchants('ledger.head');
call platform.hold_to_named_merchants('ledger.balance');
call platform.hold_to_named_merchants('arrivals.arrival');
call platform.hold_to_named_merchants('arrivals.cursor');
call platform.hold_to_named_merchants('webhooks.event');
call platform.hold_to_named_merchants('webhooks.delivery');
