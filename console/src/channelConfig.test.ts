import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelAccountDetail } from "@huiyin/contract/api/channels.ts";
import { configOf, fieldsOf, modeOf, problemOf, type ChannelView, type Typed } from "./channelConfig.ts";

const words = { zh: "字段", en: "Field" };
const field = (key: string, presence: "required" | "optional" | "mode", secret = false) => ({
  ...{ key, presence, secret, label: words, help: words, pattern: "^[a-z]+$" },
});
const channel: ChannelView = {
  code: "alipay",
  names: words,
  products: [],
  amountMin: 1,
  amountMax: 2,
  fields: [
    field("app", "required"),
    field("secret", "required", true),
    field("key", "mode"),
    field("cert", "mode"),
    field("office", "optional"),
  ],
  modes: [
    { code: "byKey", label: words, help: words, fields: ["key"] },
    { code: "byCertificate", label: words, help: words, fields: ["cert"] },
  ],
};
const stored: ChannelAccountDetail = {
  ...{ channel: "alipay", state: "active", version: 1, updatedAt: "2026-11-22T00:00:00Z", history: [] },
  config: { app: "a", cert: "c", office: "o" },
  secretsSet: ["secret"],
};

test("the form begins in the mode that is stored", () => {
  assert.equal(modeOf(channel, stored), "byCertificate");
  assert.equal(modeOf(channel, null), "byKey");
  assert.deepEqual(
    fieldsOf(channel, "byKey").map(({ key }) => key),
    ["app", "secret", "key", "office"],
  );
});

test("of modes that share fields, the form begins in the one that is whole, else the smallest that holds what is stored", () => {
  const mode = (code: string, fields: string[]) => ({ code, label: words, help: words, fields });
  const shared: ChannelView = {
    ...channel,
    modes: [
      mode("old", ["a"]),
      mode("new", ["b", "c"]),
      mode("newer", ["b", "c", "d"]),
      mode("both", ["a", "b", "c"]),
      mode("all", ["a", "b", "c", "d"]),
      mode("alone", ["e"]),
    ],
  };
  for (const [set, expected] of [
    ["", "old"],
    ["a", "old"],
    ["b", "new"],
    ["b c", "new"],
    ["b d", "newer"],
    ["a c", "both"],
    ["a b c", "both"],
    ["a b c d", "all"],
    ["e", "alone"],
    // Nothing holds both: it begins with the first of them.
    ["a e", "old"],
  ] as const) {
    const [plain = "", ...secretsSet] = set.split(" ");
    const config = plain === "" ? {} : { [plain]: "x" };
    assert.equal(modeOf(shared, { ...stored, config, secretsSet }), expected, set);
  }
});

test("only changes are sent, and what belongs to another mode is taken away", () => {
  const rows: ReadonlyArray<readonly [string, Typed, Record<string, string>]> = [
    ["byCertificate", {}, {}],
    ["byCertificate", { app: "a", cert: " c " }, {}],
    ["byCertificate", { app: "b", secret: "" }, { app: "b" }],
    ["byCertificate", { secret: "new", office: "" }, { secret: "new", office: "" }],
    ["byKey", { key: "k" }, { key: "k", cert: "" }],
  ];
  for (const [mode, typed, expected] of rows)
    assert.deepEqual(configOf(channel, mode, { stored, typed }), expected, JSON.stringify(typed));
});

test("a field is missing, malformed or in order", () => {
  const problem = (index: number, typed: Typed, account: ChannelAccountDetail | null = stored) =>
    problemOf(channel.fields[index] as ChannelView["fields"][number], { stored: account, typed });
  assert.deepEqual(
    [
      problem(0, {}),
      problem(0, { app: "" }),
      problem(0, { app: "1" }),
      problem(1, {}),
      problem(1, {}, null),
      problem(4, {}, null),
    ],
    ["none", "missing", "malformed", "none", "missing", "none"],
  );
});

test("of an account that is not stored yet what was typed is sent, and nothing is taken away", () => {
  const typed: Typed = { app: " b ", secret: "", key: "k", cert: "c", office: " " };
  assert.deepEqual(configOf(channel, "byKey", { stored: null, typed }), { app: "b", key: "k" });
});
