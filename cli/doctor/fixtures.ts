// A healthy installation to plant faults in: a database of its own, a data directory, one merchant at Alipay.
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { ensurePartitions } from "@huiyin/server/db/partitions.ts";
import { idOf, uuidV7 } from "@huiyin/server/kernel/ids.ts";
import { sealAccount } from "@huiyin/server/modules/merchants/vault.ts";
import { writeSecretFile } from "@huiyin/server/platform/dataDirectory.ts";
import { testDb } from "@huiyin/server/platform/pg/testing.ts";
import { createVault } from "@huiyin/server/platform/secrets.ts";
import { examine } from "./examine.ts";
import type { Machine } from "./installation.ts";
import type { Examination } from "./model.ts";

export const merchantUuid = "019a0000-0000-7000-8000-000000000001";

const keyPair = (): { privateKey: string; publicKey: string } =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });

/** Made once: a key takes longer than everything else. */
export const appKeys = keyPair();
const alipayKeys = keyPair();

export const healthyAccount: Readonly<Record<string, string>> = {
  appId: "2021000000000001",
  privateKeyPem: appKeys.privateKey,
  alipayPublicKeyPem: alipayKeys.publicKey,
  sellerId: "2088000000000001",
  gatewayUrl: "https://openapi.alipay.com/gateway.do",
};

export type Patient = AsyncDisposable &
  Readonly<{
    dataDirectory: string;
    databaseUrl: string;
    environment: Record<string, string>;
    machine: { -readonly [Key in keyof Machine]: Machine[Key] };
    /** Runs statements as the login of the database, past every wall. */
    run(text: string, values?: readonly unknown[]): Promise<void>;
    putAccount(account: Readonly<Record<string, string>>): Promise<void>;
    /** A payment made at this moment, in a state of one’s choice. */
    addPayment(at: Date, kind: "failed" | "overdue"): Promise<void>;
    examine(): Promise<Examination>;
  }>;

/** Stopped, with DATABASE_URL, and nothing wrong with it. */
export async function healthyInstallation(): Promise<Patient> {
  const db = await testDb();
  await ensurePartitions(db.pg, new Date());
  const directory = mkdtempSync(join(tmpdir(), "huiyin-doctor-test-"));
  // Root's database runs as another account, which has to get in.
  chmodSync(directory, 0o711);
  const dataDirectory = join(directory, "data");
  mkdirSync(dataDirectory, { mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const masterKey = randomBytes(32);
  writeSecretFile(join(dataDirectory, "master.key"), `dev_${masterKey.toString("hex")}\n`);
  const client = new pg.Client({ connectionString: db.url });
  client.on("error", () => undefined);
  await client.connect();
  const run = async (text: string, values: readonly unknown[] = []): Promise<void> =>
    void (await client.query(text, [...values]));
  const environment: Record<string, string> = {
    ...{ HUIYIN_DATA: dataDirectory, DATABASE_URL: db.url, SANDBOX: "off" },
    ...{ PORT: "0", SANDBOX_PORT: "0", MQTT_PORT: "0" },
  };
  const machine: Patient["machine"] = { diskFreeBytesMin: 1 };
  const patient: Patient = {
    ...{ dataDirectory, databaseUrl: db.url, environment, machine, run },
    putAccount: async (account) => {
      const key = { merchantId: idOf("mer", merchantUuid), channel: "alipay" } as const;
      await run(
        `insert into merchants.channel_account (merchant_id, channel, state, version, config_sealed, updated_at)
         values ($1, 'alipay', 'active', 1, $2, now())
         on conflict (merchant_id, channel) do update set config_sealed = excluded.config_sealed`,
        [merchantUuid, sealAccount(createVault([masterKey]), key, account)],
      );
    },
    addPayment: async (at, kind) => {
      const state = kind === "failed" ? "failed" : "processing";
      await run(
        `insert into payments.payment (merchant_id, payment_id, version, state, channel, channel_order_no,
           idempotency_key, amount_minor, currency, subject, payer_code_masked, resolve_at, resolve_step,
           cancel_attempts, late_success, blame, cause_hints, facts, refunded_minor, created_at, expires_at, finished_at)
         values ($1, $2, 1, $3, 'alipay', 'order-00000001', 'key', 100, 'CNY', 'x', '28**************01',
           $4, $5, 0, false, '{}', '{}', '{}', 0, $6, $7, $8)`,
        [
          ...[merchantUuid, uuidV7(at, randomBytes(10)), state],
          ...(kind === "failed" ? [null, null] : [at, "query"]),
          ...[at, new Date(at.getTime() + 120_000), kind === "failed" ? at : null],
        ],
      );
    },
    examine: () => examine({ environment, machine, say: () => undefined }),
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await db[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await run(
    `insert into merchants.merchant (merchant_id, number, name_zh, name_en, mcc, region, state, revision, created_at)
     values ($1, '10000001', '回音', 'Echo', '5814', '310106', 'active', 1, now())`,
    [merchantUuid],
  );
  await patient.putAccount(healthyAccount);
  return patient;
}
