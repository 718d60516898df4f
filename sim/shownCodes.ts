// Customers before a code that the shop shows: they scan it at once, late, in its last second, too late, two of them
// together, or never; and now and then the cashier takes it back while somebody is paying.
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { unreachable } from "@huiyin/server/kernel/assert.ts";
import type { Answered } from "./answers.ts";
import type { TillDeps } from "./asking.ts";
import { undo } from "./manager.ts";
import type { Pace, ShownCode } from "./payers.ts";

type Visit = "prompt" | "late" | "lastSecond" | "afterExpiry" | "twice" | "never" | "withdrawn";

const visits: Readonly<Record<Visit, number>> = {
  prompt: 33,
  late: 10,
  lastSecond: 12,
  afterExpiry: 10,
  twice: 11,
  never: 8,
  withdrawn: 16,
};

type OnScreen = ShownCode & Readonly<{ paymentId: string; expiresAtMs: number }>;

/** Draws what the customer does with the code of this answer, and plans it. */
export function serveByShownCode(
  deps: TillDeps,
  { body }: Extract<Answered["outcome"], { kind: "answered" }>,
): void {
  const { id, channel, channelOrderNo, code } = JSON.parse(body) as Payment;
  if (code === null) return;
  const expiresAtMs = Date.parse(code.expiresAt);
  const shown = { channel, orderNo: channelOrderNo, codeUrl: code.url, paymentId: id, expiresAtMs };
  visit(deps, shown, deps.trouble.chance.weighted(visits));
}

function visit(deps: TillDeps, shown: OnScreen, manner: Visit): void {
  const { chance, countAt } = deps.trouble;
  const nowMs = deps.scheduler.nowMs();
  const { channel, expiresAtMs } = shown;
  const soonMs = nowMs + chance.integer(1_500, 11_000);
  const entersAfter = (min: number, max: number): Pace => ({
    password: "enters",
    passwordMs: chance.integer(min, max),
  });
  switch (manner) {
    case "prompt":
      return scanAt(deps, shown, { atMs: soonMs });
    case "late": {
      const atMs = expiresAtMs - Math.round((expiresAtMs - nowMs) * (0.05 + 0.3 * chance.next()));
      const scanned = (): void => countAt(channel, "codeScannedLate");
      return scanAt(deps, shown, { atMs, pace: entersAfter(500, 9_000), scanned });
    }
    case "lastSecond": {
      const scanned = (): void => countAt(channel, "codeScannedInLastSecond");
      const atMs = expiresAtMs - chance.integer(50, 950);
      return scanAt(deps, shown, { atMs, pace: entersAfter(0, 1_200), scanned });
    }
    case "afterExpiry": {
      const refused = (): void => countAt(channel, "codeScannedAfterExpiry");
      return scanAt(deps, shown, { atMs: expiresAtMs + chance.integer(50, 20_000), refused });
    }
    case "twice": {
      const refused = (): void => countAt(channel, "codeScannedTwice");
      scanAt(deps, shown, { atMs: soonMs });
      return scanAt(deps, shown, { atMs: soonMs + chance.integer(0, 6_000), refused });
    }
    case "never":
      return countAt(channel, "codeNeverScanned");
    case "withdrawn": {
      const pace = entersAfter(500, 4_000);
      scanAt(deps, shown, { atMs: soonMs, pace });
      return withdrawAt(deps, shown, soonMs + pace.passwordMs + chance.integer(-300, 600));
    }
    default:
      return unreachable(manner);
  }
}

type Scan = Readonly<{ atMs: number; pace?: Pace; scanned?: () => void; refused?: () => void }>;

function scanAt({ scheduler, payers }: TillDeps, shown: OnScreen, scan: Scan): void {
  const { atMs, pace, scanned, refused } = scan;
  const run = (): void => {
    if (payers.scan(shown, pace) === "scanned") scanned?.();
    else refused?.();
  };
  scheduler.at(atMs, { actor: "payer", name: "scans the code", key: shown.orderNo, run });
}

/** The cashier takes the code back. One that was paid meanwhile stays paid: giving it back takes the manager. */
function withdrawAt(deps: TillDeps, { channel, paymentId, orderNo }: OnScreen, atMs: number): void {
  const { merchantId, terminalId } = deps.counter;
  const run = (): void => {
    deps.trouble.countAt(channel, "codeWithdrawn");
    const wish = { merchantId, paymentId, kind: "reversal", amount: null } as const;
    const principal = { role: "terminal", merchantId, terminalId } as const;
    void undo(deps, { ...wish, idempotencyKey: `withdraw-${paymentId}` }, principal);
  };
  deps.scheduler.at(atMs, { actor: "cashier", name: "withdraws the code", key: orderNo, run });
}
