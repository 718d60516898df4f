// Every fault is planted for real, in an installation that was healthy a moment ago; exactly it must be named.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { getConstructionPlans } from "pg-boss";
import { issue, type Issued } from "@huiyin/server/channels/alipay/testing/certificates.ts";
import { migrate } from "@huiyin/server/platform/pg/migrate.ts";
import { emptyTestDb } from "@huiyin/server/platform/pg/testing.ts";
import { claimRuntime } from "@huiyin/server/platform/runtimeFile.ts";
import { checks } from "./checks.ts";
import { databaseUnreachable } from "./checks/databaseUnreachable.ts";
import { appKeys, healthyAccount, healthyInstallation, merchantUuid, type Patient } from "./fixtures.ts";

/** Plants the fault; what it returns is undone afterwards. */
type Plant = (patient: Patient) => Promise<(() => PromiseLike<void> | void) | void>;

const hour = 3_600_000;

const faults: ReadonlyArray<readonly [id: string, plant: Plant, evidence: RegExp]> = [
  ["nodeVersion", async ({ machine }) => void (machine.nodeVersion = "v22.11.0"), /v22\.11\.0/],
  ["configurationInvalid", async ({ environment }) => void (environment["PORT"] = "eighty"), /PORT.*eighty/],
  [
    "dataDirectoryMissing",
    async ({ dataDirectory }) => rmSync(dataDirectory, { recursive: true }),
    /huiyin-doctor-test-/,
  ],
  [
    "permissionsOpen",
    async ({ dataDirectory }) => chmodSync(join(dataDirectory, "master.key"), 0o644),
    /master\.key 0644/,
  ],
  ["permissionsOpen", async ({ dataDirectory }) => chmodSync(dataDirectory, 0o755), /data 0755/],
  ["diskNearlyFull", async ({ machine }) => void (machine.diskFreeBytesMin = 2 ** 60), /MB < /],
  ["portTaken", takePort, /PORT \d+: .*process/],
  [
    "processLeftovers",
    async ({ dataDirectory }) =>
      writeFileSync(join(dataDirectory, "platform.json"), '{"pid":1,"startedAt":"never"}', { mode: 0o600 }),
    /platform\.json/,
  ],
  [
    "masterKeyMissing",
    async ({ dataDirectory }) => rmSync(join(dataDirectory, "master.key")),
    /master\.key.*HUIYIN_MASTER_KEY/,
  ],
  [
    "masterKeyWrong",
    async ({ dataDirectory }) =>
      writeFileSync(join(dataDirectory, "master.key"), `dev_${randomBytes(32).toString("hex")}`),
    /mer_019a.*alipay: [0-9a-f]{8}.*at hand: [0-9a-f]{8}/,
  ],
  ["binariesNotExecutable", losePrograms, /postgres \(EACCES\)/],
  [
    "sandboxExposed",
    async ({ environment }) => void Object.assign(environment, { HOST: "0.0.0.0", SANDBOX: "on" }),
    /HOST=0\.0\.0\.0/,
  ],
  [
    "brokerUnreachable",
    async ({ environment }) => void (environment["MQTT_URL"] = "mqtt://127.0.0.1:1"),
    /mqtt:\/\/127\.0\.0\.1:1 ECONNREFUSED/,
  ],
  [
    "databaseUnreachable",
    async ({ environment }) => void (environment["DATABASE_URL"] = "postgres://x:y@127.0.0.1:1/huiyin"),
    /ECONNREFUSED/,
  ],
  ["restoreUnfinished", ({ run }) => run("create schema huiyin_restore"), /huiyin_restore/],
  ["migrationsPending", olderSchema, /\d{4}_.*\.sql/],
  [
    "migrationsAltered",
    ({ run }) => run("update platform.migration set checksum = 'x' where number = 3"),
    /0003_merchants\.sql was changed/,
  ],
  [
    "channelKeyMismatch",
    ({ putAccount }) => putAccount({ ...healthyAccount, alipayPublicKeyPem: appKeys.publicKey }),
    /mer_019a.*alipayPublicKeyPem/,
  ],
  [
    "channelKeyMismatch",
    ({ putAccount }) => putAccount({ ...healthyAccount, privateKeyPem: "bm90IGEga2V5" }),
    /privateKeyPem.*cannot be read/,
  ],
  [
    "channelKeyMismatch",
    ({ putAccount }) => putAccount({ ...certificateAccount(5_000), privateKeyPem: appKeys.privateKey }),
    /mer_019a.*certificate/,
  ],
  ["channelKeyMismatch", ({ putAccount }) => putAccount(certificateAccount(-0.5)), /appCertPem/],
  ["certificateExpiring", ({ putAccount }) => putAccount(certificateAccount(120)), /appCertPem/],
  [
    "ledgerBroken",
    ({ run }) => run("insert into ledger.head values ($1, 1, sha256('x'))", [merchantUuid]),
    /sequence 1: this row is missing/,
  ],
  [
    "partitionsMissing",
    ({ run }) =>
      run("insert into payments.event values ($1, '01900000-0000-7000-8000-000000000001', 1, '[]')", [
        merchantUuid,
      ]),
    /payments\.event_default: 1 /,
  ],
  ["clockOff", ({ addPayment }) => addPayment(new Date(Date.now() + hour), "failed"), /the newest payment/],
  ["resolverOverdue", overdue, /payments\.payment: 1, 20/],
  ["jobsFailing", failedJob, /merchants-follow × 1: .*gateway/],
];

async function takePort({ environment }: Patient): Promise<() => void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  environment["PORT"] = String(typeof address === "object" && address !== null ? address.port : 0);
  return () => void server.close();
}

async function losePrograms({ environment, dataDirectory, machine }: Patient): Promise<void> {
  delete environment["DATABASE_URL"];
  const native = join(dataDirectory, "native");
  mkdirSync(join(native, "bin"), { recursive: true });
  for (const name of ["postgres", "initdb"])
    writeFileSync(join(native, "bin", name), "#!/bin/sh\n", { mode: 0o644 });
  machine.nativeDirectory = native;
}

/** A platform of the version before: its database lacks the last migration. */
async function olderSchema({ environment, dataDirectory }: Patient): Promise<() => PromiseLike<void>> {
  const product = fileURLToPath(new URL("../../server/db/migrations/", import.meta.url));
  const older = join(dataDirectory, "older");
  mkdirSync(older);
  for (const name of readdirSync(product).sort().slice(0, -1))
    copyFileSync(join(product, name), join(older, name));
  const db = await emptyTestDb();
  await migrate(db.url, { log: () => undefined, directory: older });
  environment["DATABASE_URL"] = db.url;
  return () => db[Symbol.asyncDispose]();
}

/** Certificate mode, with an app certificate that ends after so many hours. */
function certificateAccount(hoursLeft: number): Record<string, string> {
  const from = new Date(Date.now() - hour);
  const certificate = (serial: bigint, hours: number, issuer: Issued | null): Issued => {
    const validTo = new Date(Date.now() + hours * hour);
    return issue({ name: ["CN", "Test", "Test", `No. ${serial}`], serial, validFrom: from, validTo, issuer });
  };
  const root = certificate(1n, 10_000, null);
  const app = certificate(2n, hoursLeft, root);
  const { alipayPublicKeyPem: _, ...common } = healthyAccount;
  return {
    ...common,
    privateKeyPem: app.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    appCertPem: app.pem,
    alipayCertPem: certificate(3n, 10_000, root).pem,
    alipayRootCertPem: root.pem,
  };
}

async function overdue({ addPayment, dataDirectory }: Patient): Promise<() => void> {
  await addPayment(new Date(Date.now() - hour), "overdue");
  return pretendToRun(dataDirectory);
}

/** This process has the data directory, as a platform has. */
function pretendToRun(dataDirectory: string): () => void {
  const claim = claimRuntime(dataDirectory);
  const none = { platform: null, console: null, cashier: null, sandbox: null, mqtt: null, database: null };
  claim.publish({ startedAt: new Date(), version: "0", urls: none, tokens: {} });
  return claim.release;
}

async function failedJob({ run }: Patient): Promise<void> {
  await run(`set role huiyin_owner; ${getConstructionPlans("pgboss")}`);
  await run(`
    insert into pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, expire_seconds, retention_seconds, deletion_seconds, partition, table_name)
    values ('merchants-follow', 'short', 1, 1, true, 60, 60, 60, false, 'job_common');
    insert into pgboss.job (name, state, completed_on, output) values ('merchants-follow', 'failed', now(), '{"message": "gateway"}');
    reset role`);
}

for (const [id, plant, evidence] of faults) {
  test(`${id} is named, and nothing else: ${evidence.source}`, async () => {
    await using patient = await healthyInstallation();
    const undo = await plant(patient);
    try {
      const { findings } = await patient.examine();
      assert.deepEqual(
        findings.map((finding) => finding.id),
        [id],
        JSON.stringify(findings),
      );
      assert.match(findings[0]?.evidence.join("\n") ?? "", evidence);
    } finally {
      await undo?.();
    }
  });
}

test("a healthy installation has nothing wrong with it, stopped or running, and is left as it was", async () => {
  await using patient = await healthyInstallation();
  const before = fingerprintOf(patient.dataDirectory);
  const stopped = await patient.examine();
  assert.deepEqual([stopped.findings, stopped.skipped, stopped.platform], [[], [], "stopped"]);
  assert.deepEqual(fingerprintOf(patient.dataDirectory), before);
  assert.equal(stopped.fine.length, checks.length + 1);
  const end = pretendToRun(patient.dataDirectory);
  try {
    await patient.addPayment(new Date(Date.now() - 10_000), "overdue");
    await patient.putAccount(certificateAccount(5_000));
    const running = await patient.examine();
    assert.deepEqual([running.findings, running.skipped, running.platform], [[], [], "running"]);
  } finally {
    end();
  }
});

/** Names, sizes, modes, times and contents of every file. */
function fingerprintOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { mode, mtimeMs } = statSync(join(directory, name));
      return `${name} ${mode} ${mtimeMs} ${readFileSync(join(directory, name), "utf8")}`;
    });
}

test("every fault that can be named is planted above, and says what it is and what to do in both languages", () => {
  const planted = new Set(faults.map(([id]) => id));
  for (const { id, title, next } of [...checks, databaseUnreachable]) {
    assert.ok(planted.has(id), `${id} is never planted`);
    for (const text of [title.zh, next.zh]) assert.match(text, /[\u4e00-\u9fff]/, id);
    for (const text of [title.en, next.en]) assert.match(text, /^[\x20-\x7e’…×]+$/, id);
    assert.match(next.zh, /。$/, id);
    assert.match(next.en, /[.)]$/, id);
  }
});

test("the operator’s page names every fault", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/operate/doctor.md", import.meta.url)), "utf8");
  for (const { id } of [...checks, databaseUnreachable]) assert.ok(page.includes(`\`${id}\``), id);
});
