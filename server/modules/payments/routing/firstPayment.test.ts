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
import { findPayment } from "../store.ts";
import { paymentsBench } from "../testing.ts";

const account = { channel: "alipay", state: null, actor: "key_test", reason: "首次配置" } as const;
const moved = { ...account, config: { appId: "2021000000000009" } };

const route = "main";
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
