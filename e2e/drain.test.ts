// SIGTERM under load: everybody has an answer, and nothing that was acknowledged is missing afterwards.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Payment } from "@huiyin/contract/api/payments.ts";
import { limits } from "@huiyin/server/platform/limits.ts";
import { apiOf, ok, until, type Reply } from "./support/api.ts";
import { temporaryPlace, type TemporaryPlace } from "./support/place.ts";
import { freePorts, startPlatformProcess } from "./support/process.ts";

const tills = 16;
const delaySeconds = 2;

let place: TemporaryPlace;
before(() => void (place = temporaryPlace()));
after(() => place[Symbol.asyncDispose]());

/** A payment, or the problem that was answered instead. */
type Told = Omit<Payment, "code"> & { code?: unknown };
type Attempt = Readonly<{ key: string; body: object; reply: Reply<Told> | "refused" }>;

test("SIGTERM under load: who was accepted is paid and told so, who comes later is refused, and the books agree", async () => {
  const attempts: Attempt[] = [];
  {
    await using platform = await startPlatformProcess(freePorts(place.data));
    const api = apiOf(platform.addresses, place.data);
    const walletId = await api.newWallet(10_000_000);
    await api.control("PUT", "/control/faults/slow", {
      delaySeconds,
      operations: ["pay"],
      nextRequests: tills,
    });
    let leaving: "no" | "yes" = "no";
    const till = async (number: number): Promise<void> => {
      for (let turn = 0; ; turn += 1) {
        const key = `till-${number}-${turn}`;
        const body = { amount: 1_000 + number, payerCode: await api.payerCode(walletId).catch(() => null) };
        // The world ends after the platform: a till that gets no code has seen it go.
        if (body.payerCode === null) return;
        const reply = await api
          .merchant<Told>("POST", "/v1/payments", { body, idempotencyKey: key })
          .catch(() => "refused" as const);
        attempts.push({ key, body, reply });
        if (leaving === "yes") return;
      }
    };
    const running = Array.from({ length: tills }, (_, number) => till(number));
    await until("every till has a charge on its way", async () => {
      const { trades } = await api.control<{ trades: unknown[] }>("GET", "/control/books/alipay");
      return trades.length >= tills;
    });
    const stoppedMs = performance.now();
    process.kill(platform.pid, "SIGTERM");
    leaving = "yes";
    const { code } = await platform.exit;
    assert.equal(code, 0, platform.stderr());
    const tookMs = performance.now() - stoppedMs;
    await Promise.all(running);
    assert.ok(tookMs < limits.stopMsMax + 1_000, `stopped after ${Math.round(tookMs)} ms`);
  }
  const answered = attempts.flatMap(({ reply }) => (reply === "refused" ? [] : [reply]));
  assert.ok(answered.length >= tills, `${answered.length} answers`);
  for (const { status, body } of answered) assert.ok([201, 202, 503].includes(status), JSON.stringify(body));

  await using next = await startPlatformProcess(freePorts(place.data));
  const api = apiOf(next.addresses, place.data);
  for (const { key, body, reply } of attempts) {
    if (reply === "refused" || reply.status >= 500) continue;
    const again = await api.merchant<Told>("POST", "/v1/payments", { body, idempotencyKey: key });
    assert.deepEqual(again, reply, key);
    assert.equal(ok(await api.merchant<Payment>("GET", `/v1/payments/${again.body.id}`)).state, "succeeded");
  }
  assert.deepEqual((await api.compareBooks()).differences, []);
});
