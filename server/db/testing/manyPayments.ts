// Many payments with everything that belongs to them, as rows, for tests of how statements find theirs among them.
import { sql } from "kysely";
import type { Pg } from "../../platform/pg/pg.ts";

/** SQL of ids: the number-th of everything, UUIDv7 over September, October and November 2026, merchants and terminals in turns. */
export type ManyPayments = Readonly<{
  uuidAt(number: string): string;
  merchantOf(number: string): string;
  terminalOf(number: string): string;
}>;

/** Tables that grow with every payment. */
export const growingTables = [
  "payments.payment",
  "payments.merchant_order_no",
  "payments.idempotency_key",
  "payments.payer_code",
  "payments.refund",
  "ledger.journal",
  "arrivals.arrival",
  "webhooks.event",
  "webhooks.delivery",
] as const;

export function manyPayments(payments: number): ManyPayments {
  return {
    uuidAt: (number) =>
      `(lpad(to_hex(1788192000000 + (${number}) * (7000000000 / ${payments})), 12, '0') || '7000' || '8000' || lpad(to_hex(${number}), 12, '0'))::uuid`,
    merchantOf: (number) => `('01900000-0000-7000-8000-' || lpad(to_hex((${number}) % 100), 12, '0'))::uuid`,
    terminalOf: (number) => `('01900000-0000-7000-9000-' || lpad(to_hex((${number}) % 1000), 12, '0'))::uuid`,
  };
}

/** Stores so many payments, nearly all of them paid; nobody has looked at the tables afterwards. */
export async function storeManyPayments(pg: Pg, payments: number): Promise<void> {
  const { uuidAt, merchantOf, terminalOf } = manyPayments(payments);
  const from = `from generate_series(1, ${payments}) as n`;
  const statements = [
    `insert into payments.payment (merchant_id, payment_id, version, state, terminal_id, merchant_order_no, channel,
       channel_order_no, idempotency_key, amount_minor, currency, subject, payer_code_masked, resolve_at, resolve_step,
       cancel_attempts, late_success, blame, cause_hints, channel_trade_no, facts, fee_rate_basis_points, fee_minor,
       refunded_minor, created_at, expires_at, paid_at, finished_at)
     select ${merchantOf("n")}, ${uuidAt("n")}, 2, case when open then 'processing' else 'succeeded' end, ${terminalOf("n")},
       'order-' || n, 'alipay', 'HY' || lpad(n::text, 12, '0'), 'key-' || n, 100 + n % 50000, 'CNY', 'x', '28**99',
       case when open then timestamptz '2026-11-22 01:00Z' end, case when open then 'query' end, 0, false, '{}', '{}',
       case when not open then '20261122' || lpad(n::text, 12, '0') end, case when open then '{}'::text[] else '{succeeded}' end,
       case when not open then 38 end, case when not open then 0 end, 0, '2026-11-01', '2026-11-02',
       case when not open then timestamptz '2026-11-01' end, case when not open then timestamptz '2026-11-01' end
     from (select n, n % ${Math.floor(payments / 200)} = 0 as open ${from}) as made`,
    `insert into payments.merchant_order_no (merchant_id, merchant_order_no, payment_id)
     select ${merchantOf("n")}, 'order-' || n, ${uuidAt("n")} ${from}`,
    `insert into payments.idempotency_key (merchant_id, key, fingerprint, payment_id, created_at, running_until)
     select ${merchantOf("n")}, 'key-' || n, sha256('x'), ${uuidAt("n")}, '2026-11-01', '2026-11-01' ${from}`,
    `insert into payments.payer_code (merchant_id, code_hash, payment_id, used_at)
     select ${merchantOf("n")}, sha256(n::text::bytea), ${uuidAt("n")}, '2026-11-01' ${from}`,
    `insert into payments.refund (merchant_id, refund_id, payment_id, version, state, kind, channel, channel_order_no,
       channel_refund_no, idempotency_key, amount_minor, currency, sends, sent_by, refunded_before_minor, cause_hints,
       created_at, finished_at)
     select ${merchantOf("n")}, ${uuidAt("n")}, ${uuidAt("n")}, 1, 'failed', 'refund', 'alipay', 'HY' || lpad(n::text, 12, '0'),
       'HR' || lpad(n::text, 12, '0'), 'key-' || n, 1, 'CNY', 1, '2026-11-01', 0, '{}', '2026-11-01', '2026-11-01' ${from}`,
    `insert into ledger.journal (merchant_id, subject_id, fact, sequence, recorded_at, currency, accounts, amounts, previous_hash, hash)
     select ${merchantOf("n")}, ${uuidAt("n")}, 'succeeded', n / 100 + 1, '2026-11-01', 'CNY', '{channel:alipay,merchant:payable}',
       '{1,-1}', sha256('x'), sha256('x') ${from}`,
    `insert into ledger.head select distinct merchant_id, ${payments}, sha256('x'), '{fee:income}'::text[], '{1}'::bigint[] from ledger.journal`,
    `insert into arrivals.arrival (merchant_id, payment_id, terminal_id, arrival_id, sequence, stage, amount_minor, currency,
       wallet, paid_at, accepted_at, send_after, send_count, spoken_at)
     select ${merchantOf("n")}, ${uuidAt("n")}, ${terminalOf("n")}, ${uuidAt("n")}, n, case when waits then 'accepted' else 'spoken' end,
       100, 'CNY', 'alipay', '2026-11-01', '2026-11-01', case when waits then timestamptz '2026-11-22 01:00Z' end, 1,
       case when not waits then timestamptz '2026-11-01' end
     from (select n, n % ${Math.floor(payments / 50)} = 0 as waits ${from}) as told`,
    `insert into webhooks.endpoint (merchant_id, endpoint_id, url, event_types, description, state, secret_sealed, created_at, created_by)
     select merchant_id, merchant_id, 'https://a.example/hook', '{}', '', 'enabled', 's', '2026-11-01', 'x' from ledger.head`,
    `insert into webhooks.event (merchant_id, event_id, type, subject_id, version, occurred_at, body)
     select ${merchantOf("n")}, ${uuidAt("n")}, 'payment.succeeded', 'x', 1, '2026-11-01', '{}' ${from}`,
    `insert into webhooks.delivery (merchant_id, endpoint_id, event_id, state, attempts, due_at)
     select ${merchantOf("n")}, ${merchantOf("n")}, ${uuidAt("n")}, case when waits then 'waiting' else 'delivered' end, 1,
       case when waits then timestamptz '2026-11-22 01:00Z' end
     from (select n, n % ${Math.floor(payments / 50)} = 0 as waits ${from}) as told`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(pg.owner);
}
