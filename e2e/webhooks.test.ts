// The page of webhooks in a real browser: an endpoint is added, its secret shown once, a payment told of, sent again.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { Webhook } from "standardwebhooks";
import { en, zh } from "../console/src/texts.ts";
import { apiOf, ok, until } from "./support/api.ts";
import { openBrowser, openWindow } from "./support/browser.ts";
import { temporaryPlace } from "./support/place.ts";
import { freePorts, startPlatformProcess } from "./support/process.ts";

test("an operator adds an endpoint, sees what a payment sent there, and sends it again", async () => {
  const received: Array<{ headers: Record<string, string>; body: string }> = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      received.push({ headers: request.headers as Record<string, string>, body });
      response.end("ok");
    });
  });
  // Whatever fails after it: an open server keeps the process of the test alive.
  await using _closing = { [Symbol.asyncDispose]: async () => stop(server) };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await using place = temporaryPlace();
  await using platform = await startPlatformProcess({
    ...freePorts(place.data),
    WEBHOOK_ALLOW_HOSTS: `127.0.0.1:${port}`,
  });
  const browser = await openBrowser();
  try {
    const api = apiOf(platform.addresses, place.data);
    const { page } = await openWindow(browser, {
      language: "zh",
      screen: "desktop",
      origins: [platform.addresses.platform],
    });
    await page.goto(ok(await api.operator<{ url: string }>("POST", "/v1/sign-in-links", { body: {} })).url);
    await page.getByRole("link", { name: zh.webhooks, exact: true }).click();
    await page.getByText(zh.noWebhooks).waitFor();
    await page.getByRole("button", { name: zh.webhookAdd }).click();
    await page.getByLabel(zh.webhookUrl).fill("https://169.254.169.254/x");
    await page.getByRole("button", { name: zh.save }).click();
    await page.getByText("指向本机或内网").waitFor();
    await page.getByLabel(zh.webhookUrl).fill(`http://127.0.0.1:${port}/hook`);
    await page.getByRole("button", { name: zh.save }).click();
    await page.getByText(zh.webhookSecretOnce).waitFor();
    const secret = (await page.locator(".notice .id-text").textContent()) ?? "";
    assert.match(secret, /^whsec_/);

    const payerCode = await api.payerCode(await api.newWallet(100_000));
    ok(
      await api.merchant("POST", "/v1/payments", {
        body: { amount: 1_280, payerCode },
        idempotencyKey: "told-of",
      }),
    );
    const line = page.locator(".webhook-entry").filter({ hasText: "payment.succeeded" });
    await line.getByText(zh.webhookDelivered).first().waitFor();
    await line.locator("summary").click();
    await picture("zh");
    await line.getByRole("button", { name: zh.webhookResend }).click();
    await until("it came again", async () => received.length === 2);
    for (const { headers, body } of received) new Webhook(secret).verify(body, headers);
    assert.equal(received[0]?.headers["webhook-id"], received[1]?.headers["webhook-id"]);
    await page.reload();
    await page.getByText(zh.webhookLog).waitFor();
    assert.equal(await page.getByText("whsec_").count(), 0, "the secret is not shown again");
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: en.webhooks }).waitFor();
    await page.locator(".webhook-entry summary").first().click();
    await picture("en");

    async function picture(language: string): Promise<void> {
      const folder = process.env["HUIYIN_PICTURES"];
      if (folder !== undefined)
        await page.screenshot({ path: `${folder}/webhooks-${language}.png`, fullPage: true });
    }
  } finally {
    await browser.close();
  }
});

function stop(server: Server): void {
  server.close();
  server.closeAllConnections();
}
