// The first payment through an account and the last moment at which that account may become another one, at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { unwrap, RefusalError, type Result } from "../../../kernel/result.ts";
import type { Pg } from "../../../platform/pg/pg.ts";
import { coffeeShop, testAccount, testMerchants } from "../../merchants/fixtures.ts";
import { createMerchant, putChannelAccount } from "../../merchants/index.ts";
import { createRouting } from "../../routing/index.ts";
import { acceptAll } from "../intake/accept.ts";
import { explore } from "../races/testing/explorer.ts";
import { candidate } from "../races/testing/scene.ts";
import { hasPayments } from "../reading/store.ts";
import { paymentExists } from "./accounts.ts";
import { findPayment } from "../store.ts";
import { paymentsBench } from "../testing.ts";

const account = { channel: "alipay", state: null, actor: "key_test", reason: "首次配置" } as const;
const moved = { ...account, config: { appId: "2021000000000009" } };

const route = "main";
const second = "second";

test("an account that nobody paid through is put right, whatever went through another one of the same channel", async () => {
  await using bench = await paymentsBench();
  const { deps, world } = testMerchants(bench.db.pg);
  const { pg } = bench.db;
  const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "key_test"));
  const { directory } = deps;
  const health = { circuitOf: () => assert.fail("nothing is chosen here") };
  const routing = createRouting({ pg, world, directory, health, paymentExists });
  const pays = (through: string, accountVersion: number) => {
    const chosen = { ...candidate(bench, { merchantId }), route: through, accountVersion };
    return acceptAll({ ...bench.deps, pg, routing }, [chosen]);
  };
  const put = async (through: string, appId: string) => {
    const config = { ...testAccount, appId };
    const answer = await putChannelAccount({ ...deps, hasPayments }, merchantId, {
      ...{ ...account, route: through, config },
    });
    return answer.ok ? "stored" : answer.refusal.code;
  };
  for (const through of [route, second]) assert.equal(await put(through, testAccount.appId), "stored");
  await pays(route, 1);
  assert.equal(await put(route, "2021000000000008"), "channel_account_identity_fixed");
  assert.equal(await put(second, "2021000000000008"), "stored");
  // Whoever begins a payment through it with the version of before is refused, and not sent to the account it was.
  await assert.rejects(pays(second, 1), RefusalError);
  await pays(second, 2);
  assert.equal(await put(second, "2021000000000007"), "channel_account_identity_fixed");
  await pays(second, 2);
});

test("a payment through an account and the change of its name at once: one of them is refused", async () => {
  await using bench = await paymentsBench();
  const { deps, world } = testMerchants(bench.db.pg);
  const ends = new Set<string>();
  await explore(bench.db, { interruptionsMax: 1 }, async () => {
    const { id: merchantId } = unwrap(await createMerchant(deps, coffeeShop, "key_test"));
    unwrap(await putChannelAccount(deps, merchantId, { ...account, route, config: testAccount }));
    const chosen = { ...candidate(bench, { merchantId }), route, accountVersion: 1 };
    const pay = async (pg: Pg) => {
      const { directory } = deps;
      const health = { circuitOf: () => assert.fail("nothing is chosen here") };
      const paymentExists = async () => "no" as const;
      const routing = createRouting({ pg, world, directory, health, paymentExists });
      return acceptAll({ ...bench.deps, pg, routing }, [chosen]);
    };
    const rename = (pg: Pg) =>
      putChannelAccount({ ...deps, pg, hasPayments }, merchantId, { ...moved, route });
    return {
      actors: { pay, rename },
      check: async (outcomes) => {
        const [paid, renamed] = [outcomes.get("pay"), outcomes.get("rename")];
        const exists = (await findPayment(bench.db.pg.batch, merchantId, chosen.payment.id)) !== null;
        assert.equal(exists, paid?.ok);
        if (paid?.ok === false) assert.ok(paid.error instanceof RefusalError);
        assert.ok(renamed?.ok === true);
        const { ok } = renamed.value as Result<number>;
        assert.notEqual(ok, exists, "either it was paid under this name, or it has another one");
        ends.add(ok ? "renamed" : "paid");
      },
    };
  });
  assert.deepEqual([...ends].sort(), ["paid", "renamed"], "both ends were met");
});
