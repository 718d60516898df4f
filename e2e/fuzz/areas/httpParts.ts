// Paths, queries and headers of requests: those that fit, and those that nobody should send.
import type { Chance } from "../../../sim/random.ts";
import { fitting, idOf, type Schema } from "../fitting.ts";
import { strangeTexts, textOf } from "../values.ts";
import type { FuzzWorld } from "../world.ts";
import type { Operation, Parameter } from "./operations.ts";

export function pathValue(chance: Chance, schema: Schema, ids: FuzzWorld["ids"]): string {
  const { kind, text } = fitting(chance, schema, ids) as { kind: string; text: string };
  return kind === "raw" ? encodeURIComponent(String(JSON.parse(text))) : "x";
}

export function strangePath(chance: Chance): string {
  return chance.pick([
    ...[
      "%",
      "%zz",
      "%00",
      "%c0%ae%c0%ae",
      "%2e%2e%2f",
      "..",
      ".",
      "%ff",
      "%e4%b8",
      "%ed%a0%80",
      "*",
      ":id",
      "a;b=c",
      "a:b",
    ],
    ...[
      "__proto__",
      "constructor",
      "mer_",
      "x".repeat(90),
      "y".repeat(101),
      "z".repeat(5_000),
      "%20",
      "%0d%0aX:1",
      "//",
      "\\",
    ],
    encodeURIComponent(chance.pick(strangeTexts).toWellFormed()),
  ]);
}

export function queryOf(chance: Chance, operation: Operation, ids: FuzzWorld["ids"]): string {
  const pairs = operation.parameters
    .filter((one) => one.in === "query" && (one.required === true || chance.happens(0.3)))
    .map(({ name, schema }) => `${name}=${queryValue(chance, { name, schema }, ids)}`);
  if (chance.happens(0.05))
    pairs.push(
      chance.pick([
        "__proto__=1",
        "constructor[prototype]=1",
        "limit=1&limit=2",
        "a[]=1",
        "=",
        "&&&",
        "%",
        "%zz=1",
        "x".repeat(4_000),
        "limit",
        "after=%ff",
        "toString=1",
        "search=%25%25%5C",
        "?",
        "#",
      ]),
    );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function queryValue(
  chance: Chance,
  { name, schema }: Pick<Parameter, "name" | "schema">,
  ids: FuzzWorld["ids"],
): string {
  // Waiting for a channel is no work of ours, and would be most of the time of a run.
  if (name === "wait") return chance.pick(["0", "0", "0", "-1", "31", "1e400", "x", "0.5"]);
  if (name === "search" && chance.happens(0.7)) return encodeURIComponent(searchOf(chance));
  if (chance.happens(0.3)) return encodeURIComponent(chance.pick(strangeTexts).toWellFormed());
  if (["after", "before"].includes(name) && chance.happens(0.6))
    return idOf(chance, chance.pick(["pay", "ref", "mer", "trm", "wev", "cas", "key", "ses", "zzz"]), ids);
  const node = fitting(chance, schema, ids);
  return node.kind === "raw"
    ? encodeURIComponent(String(JSON.parse(node.text)))
    : encodeURIComponent(textOf(node));
}

const searched = [
  ...[
    "今天",
    "本周",
    "本月",
    "昨天",
    "2026-11-22",
    "2026-02-30",
    "9999-12-31",
    "1970-01-01",
    "0000-00-00",
    "11月31日",
    "14:30",
    "25:61",
    "14:30-14:29",
  ],
  ...[
    "12.50",
    "¥0.00",
    "10-20",
    "20-10",
    "999999999",
    "1,234,567,890.99",
    "1,2",
    "12元-",
    "~",
    "至",
    "2026-11-01~2026-11-22",
    "待核对",
    "succeeded",
  ],
  ...[
    "ABCD",
    "\\",
    "%",
    "_",
    "'",
    "a\\",
    "%_\\",
    "９９",
    "pay_",
    "１４：３０",
    "－１",
    "㍿",
    "trm_00000000000000000000000000000000",
  ],
];

function searchOf(chance: Chance): string {
  return Array.from({ length: chance.integer(1, 6) }, () =>
    chance.happens(0.8) ? chance.pick(searched) : chance.pick(strangeTexts).toWellFormed().slice(0, 60),
  ).join(chance.pick([" ", "  ", "\u3000"]));
}

/** Of what a browser, a proxy or an attacker sends. */
export function headersOf(chance: Chance, body: string): Array<readonly [string, string]> {
  const headers: Array<readonly [string, string]> = [];
  const type = chance.happens(0.04)
    ? chance.pick([
        "text/plain",
        "application/json; charset=gbk",
        "application/xml",
        "",
        ";",
        "application/json;charset=utf-8;charset=utf-16",
        "multipart/form-data; boundary=x",
        "a/b;".repeat(500),
      ])
    : "application/json";
  if (body !== "") headers.push(["content-type", type]);
  const key = chance.weighted({ fresh: 80, none: 8, once: 8, strange: 4 });
  if (key === "fresh") headers.push(["idempotency-key", Buffer.from(chance.bytes(12)).toString("hex")]);
  if (key === "once") headers.push(["idempotency-key", chance.pick(["fuzz-one", "fuzz-two"])]);
  if (key === "strange")
    headers.push([
      "idempotency-key",
      chance.pick(["", "x".repeat(300), "\xff\xfe", "a b", "__proto__", "%00"]),
    ]);
  if (chance.happens(0.06)) headers.push(strangeHeader(chance));
  return headers;
}

function strangeHeader(chance: Chance): readonly [string, string] {
  return chance.pick<readonly [string, string]>([
    ["accept-language", "en;q=9,zh;q=abc,".repeat(300)],
    ["accept-language", "en"],
    ["traceparent", `00-${"a".repeat(32)}-${"b".repeat(16)}-01-${"x".repeat(2_000)}`],
    ["traceparent", "00-\xff"],
    ["x-forwarded-for", "127.0.0.1, ::1"],
    ["x-http-method-override", "DELETE"],
    ["content-encoding", "gzip"],
    ["expect", "100-continue"],
    ["cookie", `huiyin_session=%E0%A4%A; ${"a=b; ".repeat(900)}`],
    ["cookie", "huiyin_session=ses_x; __proto__=1; constructor=2"],
    ["origin", "https://evil.example"],
    ["accept", "text/html,\xff"],
    ["if-none-match", "*"],
    ["range", "bytes=0-0,-1"],
    ["x-long", "y".repeat(8_000)],
    ["__proto__", "1"],
    ["sec-fetch-site", "cross-site"],
  ]);
}
