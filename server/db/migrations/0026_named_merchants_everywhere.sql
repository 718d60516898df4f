-- 0026_named_merchants_everywhere.sql
-- lock: the tables named below for a moment (policies) · reversible: yes (drop the policies) · needs: code from 0.3
-- A batch that names its merchants is held to them (0023) on everything that it, or what follows from it, reads and writes:
-- refunds and their numbers, sums for terminals, cases, webhooks, and the account that a payment goes through. What works for
-- the platform as a whole (what is due, callbacks of strangers, deliveries, verification) names nobody and sees all, as before.

call platform.hold_to_named_merchants('payments.refund');
call platform.hold_to_named_merchants('payments.merchant_refund_no');
call platform.hold_to_named_merchants('ledger.closing');
call platform.hold_to_named_merchants('arrivals.summary');
call platform.hold_to_named_merchants('support."case"');
call platform.hold_to_named_merchants('merchants.channel_account');
call platform.hold_to_named_merchants('merchants.alternative_account');
call platform.hold_to_named_merchants('routing.plan');
call platform.hold_to_named_merchants('routing.choice');
call platform.hold_to_named_merchants('webhooks.endpoint');
call platform.hold_to_named_merchants('webhooks.attempt');
