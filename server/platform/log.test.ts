import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createLog, maskedText } from "./log.ts";

function written(write: (log: ReturnType<typeof createLog>) => void): {
  line: string;
  fields: Record<string, unknown>;
} {
  const lines: string[] = [];
  write(createLog({ level: "trace", destination: { write: (line: string) => void lines.push(line) } }));
  const line = lines.join("");
  return { line, fields: JSON.parse(line) as Record<string, unknown> };
}

// what is logged                                                             what must not be in the line
const leaks: ReadonlyArray<readonly [unknown, string]> = [
  [{ payerCode: "short" }, "short"],
  [{ headers: { authorization: "Token abc" } }, "abc"],
  [{ request: { Set_Cookie: "session=42" } }, "session=42"],
  [{ list: [{ private_key: "MIIE" }] }, "MIIE"],
  [{ note: "code 281234567890123456 was shown" }, "281234567890123456"],
  [{ note: "wechat 134567890123456789" }, "134567890123456789"],
  [{ note: "card 4111111111111111" }, "4111111111111111"],
  [{ count: 4111111111111111 }, "4111111111111111"],
  [{ called: "13812345678" }, "13812345678"],
  [{ called: 13812345678 }, "13812345678"],
  [{ called: "+86 13812345678" }, "13812345678"],
  [{ person: "11010519491231002X" }, "11010519491231002X"],
  [{ url: "postgres://huiyin:hunter2@127.0.0.1/huiyin" }, "hunter2"],
  [{ text: "with Bearer sk_live_0123456789abcdef" }, "0123456789abcdef"],
  [{ text: "key ok_0123456789abcdef given" }, "0123456789abcdef"],
  [{ pem: "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----" }, "MIIEvQ"],
  [{ err: Object.assign(new Error("phone 13812345678"), { payerCode: "short" }) }, "13812345678"],
  [{ err: Object.assign(new Error("x"), { detail: { token: "abcdef" } }) }, "abcdef"],
  [{ cause: new Error("card 4111111111111111") }, "4111111111111111"],
  [{ kept: new Map([["who", "13812345678"]]) }, "13812345678"],
];

for (const [fields, secret] of leaks) {
  test(`not written: ${secret} in ${JSON.stringify(fields)}`, () => {
    const { line } = written((log) => log.info(fields, /^\d{11,}$/.test(secret) ? `text ${secret}` : "text"));
    assert.ok(!line.includes(secret), line);
    assert.match(line, /\[hidden\]/);
  });
}

test("what is bound to a child logger is masked too", () => {
  const { line } = written((log) =>
    log
      .child({ terminal: { phone: "1" } })
      .child({ a: "13812345678" })
      .warn("seen"),
  );
  assert.ok(!line.includes("13812345678"));
  assert.match(line, /"phone":"\[hidden\]"/);
});

test("ids, amounts, times and a channel's own numbers stay readable", () => {
  const fields = {
    paymentId: "pay_019a0b1c2d3e7f8a9b0c1d2e3f405162",
    amount: 10_000_000_000,
    tradeNumber: "2026112222001412345678901234",
    orderNumber: "100000010abcdefghijklmnopqrstuvw",
    at: "2026-11-22T12:00:00.000+08:00",
    channelCode: "ACQ.TRADE_HAS_SUCCESS",
    url: "http://127.0.0.1:8080/console/",
    ms: 1_763_786_883_001,
  };
  const { fields: line } = written((log) => log.info(fields, "paid 12.50"));
  assert.deepEqual({ ...line, ...fields }, line);
  assert.equal(line["msg"], "paid 12.50");
  assert.equal(line["level"], "info");
});

test("a line is JSON whatever is logged", () => {
  fc.assert(
    fc.property(
      fc.object({ withBigInt: true, withMap: true, withSet: true, withNullPrototype: true, maxDepth: 4 }),
      (value) => {
        const { fields } = written((log) => log.info({ value }, "any"));
        assert.equal(fields["msg"], "any");
      },
    ),
  );
});

test("a deep or circular object ends", () => {
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  assert.match(written((log) => log.info(circle, "round")).line, /round/);
});

test("below the level nothing is written", () => {
  const lines: string[] = [];
  createLog({ level: "warn", destination: { write: (line: string) => void lines.push(line) } }).info("quiet");
  assert.deepEqual(lines, []);
});

test("masking twice changes nothing more", () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^1[3-9]\d{9}$/), (before, phone) => {
      const once = maskedText(`${before} ${phone} `);
      assert.equal(maskedText(once), once);
      assert.ok(!once.includes(` ${phone} `));
    }),
  );
});
