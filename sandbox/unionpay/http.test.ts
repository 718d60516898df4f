// The simulated UnionPay over HTTP: the platform’s own channel against it, the controls, a key file, and a restart.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ChannelAccount, ChannelIo } from "@huiyin/server/channels/port.ts";
import { unionpay } from "@huiyin/server/channels/unionpay/client.ts";
import { keyFile } from "@huiyin/server/channels/unionpay/testing/keyFile.ts";
import { fen } from "@huiyin/server/kernel/money.ts";
import { addSeconds } from "@huiyin/server/kernel/time.ts";
import { createClock } from "@huiyin/server/platform/clock.ts";
import { callbackSite, testSandbox, type TestSandbox } from "../fixtures.ts";

function ioOf({ clock }: TestSandbox): ChannelIo {
  return {
    now: () => clock.now(),
    transport: async ({ url, headers, body, timeoutMs }) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await fetch(url, { method: "POST", headers, body, redirect: "error", signal });
      const { status } = answer;
      const type = answer.headers.get("content-type") ?? "";
      return { status, headers: { "content-type": type }, body: Buffer.from(await answer.arrayBuffer()) };
    },
  };
}

async function accountOf({ control }: TestSandbox): Promise<ChannelAccount> {
  const { status, body } = await control("GET", "/control/credentials/unionpay");
  assert.equal(status, 200);
  const { name: _, ...account } = body as Record<string, string>;
  return account;
}

test("the account of the controls works in both modes, pays, is notified, and is known after a restart", async () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), "huiyin-unionpay-"));
  try {
    const order = { channelOrderNo: "00000001order1", orderedAt: createClock().now(), amount: fen(1250) };
    {
      await using made = await testSandbox({ dataDirectory });
      await using site = await callbackSite(() => "ok");
      await made.sandbox.ensureMerchantAt("unionpay", { name: "回音咖啡" });
      const account = await accountOf(made);
      const pem = account["signCertificatePem"] ?? "";
      const pair = { pem, privateKeyPem: account["signPrivateKeyPem"] ?? "", commonName: "" };
      const byFile = { ...account, signCertificatePem: "", signPrivateKeyPem: "" };
      const inFile = { ...byFile, pfxBase64: keyFile(pair, "000000"), pfxPassword: "000000" };
      for (const each of [account, inFile])
        assert.deepEqual((await unionpay.probe(ioOf(made), each)).outcome, { kind: "ready", warnings: [] });
      const world = made.sandbox.worlds.find(({ network }) => network === "unionpay")?.world;
      const [wallet] = world?.book.wallets.values() ?? [];
      const shown = world?.showCode(wallet?.id ?? "");
      assert.ok(shown?.ok === true);
      const { outcome } = await unionpay.charge(ioOf(made), inFile, {
        ...order,
        ...{ payerCode: shown.value.code, subject: "回音咖啡", storeNo: null, terminalNo: null },
        ...{ expiresAt: addSeconds(order.orderedAt, 120), callbackUrl: site.url },
      });
      assert.ok(outcome.kind === "succeeded", outcome.kind);
      for (let waited = 0; waited < 50 && site.received.length === 0; waited += 1)
        await made.clock.sleep(100);
      const body = Buffer.from(site.received[0]?.toString() ?? "");
      const headers = new Map([["content-type", "application/x-www-form-urlencoded"]]);
      const reading = await unionpay.readCallback(account, { headers, body, receivedAt: made.clock.now() });
      assert.ok(reading.kind === "accepted" && reading.news.kind === "succeeded", reading.kind);
    }
    await using again = await testSandbox({ dataDirectory });
    const account = await accountOf(again);
    assert.equal((await unionpay.query(ioOf(again), account, order)).outcome.kind, "succeeded");
    assert.equal((await unionpay.cancel(ioOf(again), account, order)).outcome.kind, "cancelled");
    assert.equal((await unionpay.query(ioOf(again), account, order)).outcome.kind, "closed");
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
});
