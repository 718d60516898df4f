import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import {
  MerchantCodeError,
  checksum,
  readMerchantCode,
  writeMerchantCode,
  type CodeProblem,
  type MerchantCode,
} from "./emvco.ts";

const file = new URL("../../shared/vectors/emvco/mpm.json", import.meta.url);
const skip = existsSync(file) ? false : "the published vectors are not at hand";
type Published = Readonly<{ payload: string; crc: string }>;

function published(): readonly Published[] {
  return JSON.parse(readFileSync(file, "utf8")) as readonly Published[];
}

function codeIn(text: string): MerchantCode {
  const reading = readMerchantCode(text);
  assert.ok(
    reading.kind === "code",
    reading.kind === "problem" ? `${reading.problem} ${reading.fieldId}` : "",
  );
  return reading.code;
}

const shop: MerchantCode = {
  initiation: "dynamic",
  accounts: [
    { kind: "plain", id: "15", value: "5204000001012345" },
    { kind: "template", id: "26", network: "cn.example", fields: [{ id: "01", value: "30000001" }] },
  ],
  categoryCode: "5814",
  currency: "156",
  amountMinor: 1_250n,
  country: "CN",
  name: "HUIYIN COFFEE",
  city: "SHANGHAI",
  postalCode: "200040",
  additional: { terminalNo: "T0001", storeNo: "S1", mobileNumber: "***" },
  local: { language: "ZH", name: "回音咖啡", city: "上海" },
  others: [],
};

test("the checksum is the published one of “123456789”", () => {
  assert.equal(checksum("123456789"), "29B1");
});

test("published: every checksum holds over the bytes of UTF-8", { skip }, () => {
  const codes = published();
  assert.equal(codes.length, 3);
  for (const { payload, crc } of codes) assert.equal(checksum(payload.slice(0, -4)), crc, payload);
});

test("published: every code is read, and written back it reads as the same", { skip }, () => {
  for (const { payload } of published()) {
    const code = codeIn(payload);
    assert.deepEqual(codeIn(writeMerchantCode(code)), code, payload);
  }
});

test("published: the worked example of the specification says what it says in print", { skip }, () => {
  const code = codeIn(published()[2]?.payload ?? "");
  assert.equal(code.initiation, "dynamic");
  assert.deepEqual(
    code.accounts.map(({ id, kind }) => [id, kind]),
    [
      ["29", "template"],
      ["31", "template"],
    ],
  );
  assert.deepEqual(
    [code.categoryCode, code.currency, code.amountMinor, code.country, code.name, code.city],
    ["4111", "156", 2_372n, "CN", "BEST TRANSPORT", "BEIJING"],
  );
  assert.deepEqual(code.local, { language: "ZH", name: "最佳运输", city: "北京" });
  assert.deepEqual(code.additional, {
    storeNo: "1234",
    customerLabel: "***",
    terminalNo: "A6008667",
    dataRequest: "ME",
  });
});

test("a code of ours is written with lengths in characters and read back as it was", () => {
  const text = writeMerchantCode(shop);
  assert.ok(text.startsWith("0002010102121516"));
  assert.ok(text.includes("0104回音咖啡"), text);
  assert.deepEqual(codeIn(text), shop);
});

const printable = (most: number) =>
  fc.string({ minLength: 1, maxLength: most, unit: fc.constantFrom(..."ABZ az09·回音咖啡上海𠮷") });

test("law: whatever fits is written and read back as it was, and one changed character is noticed", () => {
  const codes = fc.record({
    name: printable(25),
    city: printable(15),
    amountMinor: fc.option(fc.bigInt({ min: 0n, max: 999_999_999_999n })),
    local: fc.option(
      fc.record(
        { language: fc.constant("ZH"), name: printable(25), city: fc.option(printable(15)) },
        { noNullPrototype: true },
      ),
    ),
  });
  fc.assert(
    fc.property(codes, fc.nat(), (own, at) => {
      const code = { ...shop, ...own };
      const text = writeMerchantCode(code);
      assert.deepEqual(codeIn(text), code);
      const characters = [...text];
      const index = 6 + (at % (characters.length - 6));
      characters[index] = characters[index] === "Q" ? "X" : "Q";
      assert.equal(readMerchantCode(characters.join("")).kind, "problem");
    }),
    { numRuns: 300 },
  );
});

/** The text with a checksum that fits. */
const sealed = (fields: string): string => `${fields}6304${checksum(`${fields}6304`)}`;

const broken: ReadonlyArray<
  readonly [what: string, text: string, problem: CodeProblem, fieldId: string | null]
> = [
  ["an address", "https://qr.alipay.com/bax00001", "notACode", null],
  ["nothing", "", "notACode", null],
  ["a beginning alone", "000201", "checksumMissing", "63"],
  ["a smudged digit", writeMerchantCode(shop).replace("5814", "5815"), "checksumWrong", "63"],
  ["a length that lies", sealed("00020199"), "lengthWrong", null],
  ["an empty field", sealed("0002015900"), "lengthWrong", null],
  ["a field twice", sealed("00020152045814520458145303156"), "fieldTwice", "52"],
  ["no category", sealed("0002015303156"), "fieldMissing", "52"],
  ["letters as currency", sealed("0002015204581453" + "03CNY"), "fieldInvalid", "53"],
  ["no account", sealed("00020152045814530315658" + "02CN5901A6001B"), "fieldMissing", "02"],
  [
    "an amount with three decimals",
    sealed("0002011503ABC520458145303156" + "54051.2345802CN5901A6001B"),
    "fieldInvalid",
    "54",
  ],
  [
    "a template without network",
    sealed("00020126" + "050101A520458145303156" + "5802CN5901A6001B"),
    "fieldInvalid",
    "26",
  ],
  [
    "an unknown kind",
    sealed("000201010213" + "1503ABC520458145303156" + "5802CN5901A6001B"),
    "fieldInvalid",
    "01",
  ],
];
for (const [what, text, problem, fieldId] of broken) {
  test(`${what} is no code: ${problem}`, () => {
    assert.deepEqual(readMerchantCode(text), { kind: "problem", problem, fieldId });
  });
}

test("what does not fit is refused when it is written, and the field is named", () => {
  const wrong: ReadonlyArray<readonly [Partial<MerchantCode>, string]> = [
    [{ name: "" }, "59"],
    [{ name: "回".repeat(26) }, "59"],
    [{ city: "海".repeat(16) }, "60"],
    [{ currency: "CNY" }, "53"],
    [{ categoryCode: "咖啡" }, "52"],
    [{ country: "cn" }, "58"],
    [{ amountMinor: -1n }, "54"],
    [{ amountMinor: 10n ** 13n }, "54"],
    [{ accounts: [] }, "02"],
    [{ accounts: [{ kind: "plain", id: "26", value: "1" }] }, "26"],
    [{ others: [{ id: "59", value: "X" }] }, "59"],
    [{ additional: { storeNo: "1".repeat(26) } }, "62"],
  ];
  for (const [own, fieldId] of wrong) {
    assert.throws(
      () => writeMerchantCode({ ...shop, ...own }),
      (error: unknown) => error instanceof MerchantCodeError && error.fieldId === fieldId,
      JSON.stringify(own, (_, value) => (typeof value === "bigint" ? String(value) : value)),
    );
  }
});
