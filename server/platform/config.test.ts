import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ConfigError, configTable, loadConfig } from "./config.ts";

const key = "0123456789abcdef".repeat(4);

function inDirectory(body: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-config-"));
  try {
    body(join(directory, "data"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function problemsOf(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    for (const { words } of error.problems) assert.ok(words.zh !== "" && words.en !== "");
    return error.problems.map(({ variable }) => variable);
  }
}

test("an empty environment gives the embedded platform with its sandbox on loopback", () => {
  inDirectory((directory) => {
    const config = loadConfig({ HUIYIN_DATA: directory, PORT: "", DATABASE_URL: "" });
    assert.deepEqual(
      [
        config.host,
        config.port,
        config.sandboxPort,
        config.mqttPort,
        config.databaseUrl,
        config.mqttUrl,
        config.sandbox,
      ],
      ["127.0.0.1", 8080, 8090, 1883, null, null, true],
    );
    assert.deepEqual(config.roles, ["http", "jobs", "mqtt"]);
    assert.equal(config.logLevel, "info");
    assert.ok(Object.isFrozen(config));
  });
});

test("the master key is generated once, kept closed, and used again", () => {
  inDirectory((directory) => {
    const first = loadConfig({ HUIYIN_DATA: directory });
    const file = join(directory, "master.key");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(first.masterKey.bytes.length, 32);
    assert.equal(first.masterKey.kind, "development");
    assert.deepEqual(loadConfig({ HUIYIN_DATA: directory }).masterKey, first.masterKey);
  });
});

test("a lost master key beside a database is not replaced, a broken or different one is refused", () => {
  inDirectory((directory) => {
    loadConfig({ HUIYIN_DATA: directory });
    const file = join(directory, "master.key");
    assert.deepEqual(problemsOf({ HUIYIN_DATA: directory, HUIYIN_MASTER_KEY: `dev_${key}` }), [
      "HUIYIN_MASTER_KEY",
    ]);
    writeFileSync(file, "half a k");
    assert.deepEqual(problemsOf({ HUIYIN_DATA: directory }), ["HUIYIN_MASTER_KEY"]);
    rmSync(file);
    mkdirSync(join(directory, "postgres"));
    writeFileSync(join(directory, "postgres", "place.json"), "{}");
    assert.deepEqual(problemsOf({ HUIYIN_DATA: directory }), ["HUIYIN_MASTER_KEY"]);
  });
});

// environment                                                            variables with problems
const table: ReadonlyArray<readonly [Record<string, string>, readonly string[]]> = [
  [{ PORT: "0", SANDBOX_PORT: "0", MQTT_PORT: "0" }, []],
  [{ PORT: "65536" }, ["PORT"]],
  [{ PORT: "80a" }, ["PORT"]],
  [{ PORT: "-1" }, ["PORT"]],
  [{ PORT: "1e3" }, ["PORT"]],
  [{ PORT: "8090" }, ["SANDBOX_PORT"]],
  [{ PORT: "8090", SANDBOX: "off" }, []],
  [{ PORT: "1883", MQTT_URL: "mqtts://broker.example:8883" }, []],
  [{ HOST: "0.0.0.0" }, []],
  [{ HOST: "::1" }, []],
  [{ HOST: "http://here" }, ["HOST"]],
  [{ DATABASE_URL: "mysql://there/x", HUIYIN_MASTER_KEY: key }, ["DATABASE_URL"]],
  [{ DATABASE_URL: "postgres://u:p@there/x" }, ["HUIYIN_MASTER_KEY"]],
  [{ DATABASE_URL: "postgres://u:p@there/x", HUIYIN_MASTER_KEY: key }, []],
  [{ DATABASE_URL: "postgres://u:p@there/x", HUIYIN_MASTER_KEY: `dev_${key}`, SANDBOX: "on" }, []],
  [{ HUIYIN_MASTER_KEY: key, SANDBOX: "on" }, ["SANDBOX"]],
  [{ HUIYIN_MASTER_KEY: key, WEBHOOK_ALLOW_HOSTS: "127.0.0.1:9000" }, ["WEBHOOK_ALLOW_HOSTS"]],
  [{ HUIYIN_MASTER_KEY: "short" }, ["HUIYIN_MASTER_KEY"]],
  [{ HUIYIN_MASTER_KEY: Buffer.alloc(32, 7).toString("base64") }, []],
  [{ MQTT_URL: "http://broker" }, ["MQTT_URL"]],
  [{ HUIYIN_ROLES: "http, jobs" }, []],
  [{ HUIYIN_ROLES: "http,clerk" }, ["HUIYIN_ROLES"]],
  [{ HUIYIN_ROLES: "," }, ["HUIYIN_ROLES"]],
  [{ HUIYIN_ROLES: "__proto__" }, ["HUIYIN_ROLES"]],
  [{ LOG_LEVEL: "loud" }, ["LOG_LEVEL"]],
  [{ LOG_LEVEL: "DEBUG" }, []],
  [{ WEBHOOK_ALLOW_HOSTS: "127.0.0.1:9000, receiver.example" }, []],
  [{ WEBHOOK_ALLOW_HOSTS: "http://x" }, ["WEBHOOK_ALLOW_HOSTS"]],
  [{ ECNY_CODES: "on" }, []],
  [{ ECNY_CODES: "perhaps" }, ["ECNY_CODES"]],
  [{ SANDBOX: "perhaps" }, ["SANDBOX"]],
  [{ SANDBOX: "constructor" }, ["SANDBOX"]],
  [{ PORT: "a", SANDBOX: "b", LOG_LEVEL: "c", MQTT_URL: "d" }, ["LOG_LEVEL", "MQTT_URL", "PORT", "SANDBOX"]],
];

for (const [environment, variables] of table) {
  test(`${JSON.stringify(environment)} has ${variables.length === 0 ? "no problem" : `problems: ${variables.join(", ")}`}`, () => {
    inDirectory((directory) => {
      assert.deepEqual(problemsOf({ HUIYIN_DATA: directory, ...environment }).sort(), variables);
    });
  });
}

test("codes of digital yuan are told as such only where somebody says so", () => {
  inDirectory((directory) => {
    const told = ["", "off", "on", "TRUE"].map(
      (ECNY_CODES) => loadConfig({ HUIYIN_DATA: directory, ECNY_CODES }).eCnyCodes,
    );
    assert.deepEqual(told, ["no", "no", "yes", "yes"]);
  });
});

test("a production key switches the sandbox off where nobody asked for it", () => {
  inDirectory((directory) => {
    const config = loadConfig({ HUIYIN_DATA: directory, HUIYIN_MASTER_KEY: key });
    assert.deepEqual([config.sandbox, config.masterKey.kind], [false, "production"]);
  });
});

test("neither the table nor the problems show a secret", () => {
  inDirectory((directory) => {
    const secrets = {
      DATABASE_URL: "postgres://huiyin:hun@ter2@db/x?password=hunter3",
      HUIYIN_MASTER_KEY: `dev_${key}`,
    };
    const shown = configTable(loadConfig({ HUIYIN_DATA: directory, ...secrets }));
    assert.match(shown, /DATABASE_URL +postgres:\/\/huiyin:\*\*\*@db\/x\?password=\*\*\* +environment/);
    for (const secret of ["hun@", "ter2", "hunter3", key]) assert.ok(!shown.includes(secret), shown);
    assert.throws(
      () =>
        loadConfig({
          HUIYIN_DATA: directory,
          DATABASE_URL: "redis://u:hunter2@x",
          HUIYIN_MASTER_KEY: `${key}0`,
        }),
      (error) =>
        error instanceof ConfigError && !error.message.includes("hunter2") && !error.message.includes(key),
    );
  });
});

test("a generated key is not shown either", () => {
  inDirectory((directory) => {
    const shown = configTable(loadConfig({ HUIYIN_DATA: directory }));
    assert.ok(!shown.includes(readFileSync(join(directory, "master.key"), "utf8").trim()));
    assert.match(shown, /HUIYIN_MASTER_KEY +\(development key\) +generated/);
  });
});

test("a data directory that is a file, or may not be written, is a problem with its name", () => {
  inDirectory((directory) => {
    writeFileSync(directory, "");
    assert.deepEqual(problemsOf({ HUIYIN_DATA: directory }), ["HUIYIN_DATA"]);
  });
});

const asUser = process.getuid?.() === 0 ? "root may write everywhere" : false;

test("a closed data directory is a problem", { skip: asUser }, () => {
  inDirectory((directory) => {
    mkdirSync(directory);
    chmodSync(directory, 0o500);
    assert.deepEqual(problemsOf({ HUIYIN_DATA: directory }), ["HUIYIN_DATA"]);
  });
});
