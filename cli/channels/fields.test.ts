// Where the fields of an account come from.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../exit.ts";
import { CommandError } from "../problem.ts";
import { fieldsFromFile, fieldsFromPerson, type Channel } from "./fields.ts";

const words = (text: string) => ({ zh: text, en: text });
const field = (key: string, presence: "required" | "optional" | "mode", secret = false) => ({
  ...{ key, presence, secret, label: words(key), help: words(`help of ${key}`), pattern: "" },
});
const channel: Channel = {
  ...{ code: "alipay", names: words("x"), products: [], amountMin: 1, amountMax: 2 },
  fields: [
    field("appId", "required"),
    field("privateKey", "required", true),
    field("key", "mode"),
    field("certificate", "mode"),
    field("office", "optional"),
  ],
  modes: [
    { code: "publicKey", label: words("key"), help: words(""), fields: ["key"] },
    { code: "certificate", label: words("certificate"), help: words(""), fields: ["certificate"] },
  ],
};

test("a JSON file gives fields as they are, and those of files named with @, beside it", () => {
  const directory = mkdtempSync(join(tmpdir(), "huiyin-fields-"));
  try {
    writeFileSync(join(directory, "key.pem"), "-----BEGIN-----\nx\n");
    const file = join(directory, "account.json");
    writeFileSync(file, JSON.stringify({ appId: "1", privateKeyPem: "@key.pem", gone: "" }));
    assert.deepEqual(fieldsFromFile(file), { appId: "1", privateKeyPem: "-----BEGIN-----\nx", gone: "" });
    for (const bad of ["", "[]", "null", '"x"', '{"appId":1}', '{"key":"@missing.pem"}']) {
      writeFileSync(file, bad);
      assert.throws(
        () => fieldsFromFile(file),
        (error) => error instanceof CommandError && error.exitCode === exitCodes.usage,
        bad,
      );
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("a person is asked for the fields of one mode, secrets without showing them, and may leave fields out", async () => {
  const typed = ["2", "2021", "secret", "certificate text", ""];
  const asked: string[] = [];
  const answers = await fieldsFromPerson(channel, {
    say: () => undefined,
    ask: async (question, echo) => {
      asked.push(`${question.split(" ")[0]} ${echo}`);
      return typed.shift() ?? "";
    },
  });
  const fields = { appId: "2021", privateKey: "secret", certificate: "certificate text" };
  assert.deepEqual(answers, { fields, mode: "certificate" });
  assert.deepEqual(asked, [
    "方式 shown",
    "appId shown",
    "privateKey hidden",
    "certificate shown",
    "office shown",
  ]);
});

test("a mode that is none of them is a mistake of the command line", async () => {
  const asking = { say: () => undefined, ask: async () => "3" };
  await assert.rejects(
    fieldsFromPerson(channel, asking),
    (error) => error instanceof CommandError && error.exitCode === exitCodes.usage,
  );
});
