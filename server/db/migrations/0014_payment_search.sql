-- 0014_payment_search.sql
-- lock: payments.* while written anew (seconds per million) · reversible: yes (drop columns, old indexes) · needs: code from 0.2
-- Finding payments as people do: by the last characters of a number, by amount, by state, by what they were paid with.
--
-- Endings are columns of their own, not expressions in an index: row-level security lets an index be used only with
-- comparisons that cannot leak, which reverse() and right() are not. An ending finds the whole number too, among one in
-- ten thousand, so the two indexes on whole numbers are no longer needed.

alter table payments.payment
  add column order_ending text generated always as (right(channel_order_no, 4)) stored,
  add column trade_ending text generated always as (right(channel_trade_no, 4)) stored;
alter table payments.merchant_order_no
  add column number_ending text generated always as (right(merchant_order_no, 4)) stored;
alter table payments.refund
  add column number_ending text generated always as (right(channel_refund_no, 4)) stored;
alter table payments.merchant_refund_no
  add column number_ending text generated always as (right(merchant_refund_no, 4)) stored;

-- The id last: what is found is read newest first, and as much of it as a page holds.
create index payment_by_order_ending on payments.payment (order_ending, payment_id);
create index payment_by_trade_ending on payments.payment (trade_ending, payment_id) where trade_ending is not null;
create index merchant_order_no_by_ending on payments.merchant_order_no (number_ending, payment_id);
create index refund_by_number_ending on payments.refund (number_ending);
create index merchant_refund_no_by_ending on payments.merchant_refund_no (number_ending);
drop index payments.payment_by_channel_trade;
drop index payments.merchant_order_no_anywhere;

create index payment_by_amount on payments.payment (amount_minor, payment_id);
-- Nearly every payment succeeds: those are found by walking the ids, the others would be a long walk.
create index payment_by_other_state on payments.payment (state, payment_id) where state <> 'succeeded';
create index payment_by_funding on payments.payment (funding_source, payment_id) where funding_source is not null;
create index payment_with_refunds on payments.payment (payment_id) where refunded_minor > 0 or refunding_minor > 0;
