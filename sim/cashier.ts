// Cashiers with their customers: they key an amount, scan a code, and are as careless as people are.
import type { CreatePayment } from "@huiyin/contract/api/payments.ts";
import type { ErrorCode } from "@huiyin/contract/errors/index.ts";
import type { Principal } from "@huiyin/server/platform/principal.ts";
import type { Machine } from "./machine.ts";
import type { Payers } from "./payers.ts";
import type { Platform } from "./platform.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Trouble } from "./trouble.ts";

/** One answer that a client got, as it was given. */
export type Answered = Readonly<{
  atMs: number;
  merchantId: string;
  idempotencyKey: string;
  /** Which body the key was used with. */
  amount: number;
  payerCode: string;
  outcome:
    | Readonly<{ kind: "answered"; status: 201 | 202; body: string; paymentId: string }>
    | Readonly<{ kind: "refused"; code: ErrorCode }>;
}>;

export type Counter = Readonly<{ merchantId: string; terminalId: string; name: string }>;

export type CashierDeps = Readonly<{
  scheduler: Scheduler;
  trouble: Trouble;
  machine: Machine<Platform>;
  payers: Payers;
  counter: Counter;
  answers: Answered[];
  /** Takes one from what is left to pay; false when the day is over. */
  takeTurn(): boolean;
  /** The sale is over, as far as this cashier cares. */
  turnOver(): void;
}>;

const thinkMs = { min: 200, max: 2_500 } as const;
const retryMs = { min: 800, max: 4_000 } as const;

type Request = Readonly<{ idempotencyKey: string; body: CreatePayment; waitSeconds: number }>;
type Heard = Answered["outcome"] | Readonly<{ kind: "refusedConnection" }> | Readonly<{ kind: "broken" }>;

/** One cashier, until nothing is left to pay. */
export function runCashier(deps: CashierDeps): void {
  let sales = 0;
  const next = (): void => {
    after(deps, thinkMs, "next customer", () => {
      if (!deps.takeTurn()) return;
      sales += 1;
      void sell(deps, `${deps.counter.name}-${sales}`).then(() => {
        deps.turnOver();
        next();
      });
    });
  };
  next();
}

function after(deps: CashierDeps, ms: { min: number; max: number }, name: string, run: () => void): void {
  const { scheduler, trouble, counter } = deps;
  scheduler.after(trouble.chance.integer(ms.min, ms.max), { actor: "cashier", name, key: counter.name, run });
}

function pause(deps: CashierDeps, ms: { min: number; max: number }): Promise<void> {
  return new Promise((resolve) => after(deps, ms, "waits", resolve));
}

/** One sale, with whatever goes wrong on this side of the counter. */
async function sell(deps: CashierDeps, idempotencyKey: string): Promise<void> {
  const { chance } = deps.trouble;
  const request: Request = {
    idempotencyKey,
    body: { amount: chance.integer(1, 30_000), payerCode: deps.payers.showCode(), ...instalments(deps) },
    waitSeconds: chance.pick([0, 2, 5, 10]),
  };
  const manner = chance.weighted({
    plain: 66,
    doubleTap: 8,
    replay: 8,
    otherBody: 6,
    secondScan: 6,
    clientGone: 6,
  });
  switch (manner) {
    case "plain":
      return void (await askUntilAnswered(deps, request));
    case "doubleTap":
      deps.trouble.count("doubleTap");
      return void (await Promise.all([askUntilAnswered(deps, request), askUntilAnswered(deps, request)]));
    case "replay":
      await askUntilAnswered(deps, request);
      deps.trouble.count("replay");
      // Later, while others are served.
      return void pause(deps, { min: 1, max: 90_000 }).then(() => askUntilAnswered(deps, request));
    case "otherBody":
      await askUntilAnswered(deps, request);
      deps.trouble.count("keyWithOtherBody");
      return void (await ask(deps, {
        ...request,
        body: { ...request.body, amount: request.body.amount + 1 },
      }));
    case "secondScan":
      await askUntilAnswered(deps, request);
      deps.trouble.count("secondScanOfOneCode");
      return void (await askUntilAnswered(deps, { ...request, idempotencyKey: `${idempotencyKey}-again` }));
    case "clientGone":
      // Walks away from the screen; nobody hears the answer.
      deps.trouble.count("clientGone");
      void ask(deps, request);
      return pause(deps, { min: 1, max: 3_000 });
  }
}

/** Some customers want to pay by and by, and bear the fee for it. */
function instalments({ trouble }: CashierDeps): Pick<CreatePayment, "credit"> {
  if (!trouble.strikes(0.08)) return {};
  trouble.count("instalments");
  return { credit: { instalments: trouble.chance.pick([3, 6, 12] as const), feeBearer: "payer" } };
}

/** Asks, and asks again with the same key as long as it is not known what became of the first time. */
async function askUntilAnswered(deps: CashierDeps, request: Request): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const heard = await ask(deps, request);
    const again = heard.kind === "broken" || heard.kind === "refusedConnection" || isBusy(heard);
    if (!again) return;
    await pause(deps, retryMs);
  }
}

function isBusy(heard: Heard): boolean {
  return (
    heard.kind === "refused" && (heard.code === "idempotency_key_in_use" || heard.code === "unavailable")
  );
}

async function ask(deps: CashierDeps, request: Request): Promise<Heard> {
  const { merchantId, terminalId } = deps.counter;
  const principal: Principal = { role: "terminal", merchantId, terminalId };
  const result = await deps.machine.call(request.idempotencyKey, (platform) =>
    platform.payments.create({ principal, ...request }),
  );
  if (result === "refused") return { kind: "refusedConnection" };
  if (result === "broken") return { kind: "broken" };
  const outcome: Answered["outcome"] = result.ok
    ? {
        kind: "answered",
        status: result.value.status,
        body: result.value.body,
        paymentId: result.value.paymentId,
      }
    : { kind: "refused", code: result.refusal.code };
  const { idempotencyKey, body } = request;
  const { amount, payerCode } = body;
  deps.answers.push({ atMs: deps.scheduler.nowMs(), merchantId, idempotencyKey, amount, payerCode, outcome });
  return outcome;
}
