// What arrives where channels send their callbacks: true ones of each network, spoilt byte by byte and field by field, sent
// again, sent to other networks’ and merchants’ addresses; and forms, XML and JSON of the attacker’s own.
import { gzipSync } from "node:zlib";
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import type { Judge } from "../judge.ts";
import type { Recorded } from "../recorder.ts";
import { strangeTexts } from "../values.ts";
import { createLine, type Line } from "../wire.ts";
import type { FuzzWorld } from "../world.ts";

const lanes = 4;
const channels = ["alipay", "wechat", "unionpay"] as const;

export function createCallbacksArea(world: FuzzWorld, judge: Judge, recorded: readonly Recorded[]): Area {
  const lines = Array.from({ length: lanes }, () => createLine(world.platform));
  const tally = createTally();
  return {
    name: "callbacks",
    lanes,
    outcomes: tally.counts,
    input: (chance, lane): Input => {
      const bytes = requestOf(chance, callbackOf(chance, world, recorded));
      return {
        shown: shownOf(bytes),
        attempt: async () => {
          const answer = await (lines[lane] as Line).send({ bytes, wants: "body", after: "keep" });
          tally.add(`${answer.status}`);
          // “Come again” is 503 in the words of WeChat Pay, without a Retry-After.
          const declared = answer.headers.get("content-type")?.startsWith("application/problem") === true;
          return judge(answer, { errors: "any", unavailable: declared ? "accident" : "allowed" });
        },
      };
    },
    close: () => lines.forEach((line) => line.close()),
  };
}

function callbackOf(chance: Chance, world: FuzzWorld, recorded: readonly Recorded[]): Recorded {
  const known = recorded.length > 0 && chance.happens(0.5) ? chance.pick(recorded) : invented(chance, world);
  const path = chance.happens(0.06)
    ? `/v1/channels/${chance.pick([...channels, "nobody", "__proto__", "%00"])}/callbacks/${chance.pick([world.merchantId, world.otherMerchantId, "mer_0", `mer_${"0".repeat(32)}`, "%zz", "x".repeat(70)])}`
    : known.path;
  const headers = chance.happens(0.85)
    ? known.headers
    : known.headers.map((pair) => strangeHeader(chance, pair));
  return { path, headers, body: spoilt(chance, known.body) };
}

function strangeHeader(chance: Chance, [name, value]: readonly [string, string]): readonly [string, string] {
  if (chance.happens(0.5)) return [name, value];
  const types = [
    "text/xml",
    "application/json",
    "",
    "application/x-www-form-urlencoded; charset=gbk",
    'application/x-www-form-urlencoded; charset="utf-16"',
    "a;charset=" + "x".repeat(3_000),
  ];
  return [
    name,
    name === "content-type"
      ? chance.pick(types)
      : chance.pick([
          `${value}x`,
          value.slice(1),
          "",
          "0",
          "9".repeat(30),
          "-1",
          "__proto__",
          "A".repeat(4_000),
        ]),
  ];
}

/** A body with something wrong; sometimes with nothing. */
function spoilt(chance: Chance, body: Buffer): Buffer {
  const copy = Buffer.from(body);
  switch (chance.integer(0, 8)) {
    case 0:
      return copy;
    case 1: {
      for (let turn = chance.integer(1, 3); turn > 0 && copy.length > 0; turn -= 1)
        copy[chance.integer(0, copy.length - 1)] = chance.integer(0, 255);
      return copy;
    }
    case 2:
      return copy.subarray(0, chance.integer(0, copy.length));
    case 3: {
      const at = chance.integer(0, copy.length);
      const text = chance.pick([
        "&",
        "=",
        "%",
        "%ff",
        "<",
        "]]>",
        "<![CDATA[",
        "&lt;",
        "&x;",
        '"',
        "\0",
        "\\u0000",
        ",",
        "{",
        "__proto__",
        "%E4%B8",
      ]);
      return Buffer.concat([
        copy.subarray(0, at),
        Buffer.from(text.repeat(chance.pick([1, 1, 40]))),
        copy.subarray(at),
      ]);
    }
    case 4: {
      const from = chance.integer(0, copy.length);
      const part = copy.subarray(from, Math.min(copy.length, from + chance.integer(1, 200)));
      return Buffer.concat([copy, Buffer.from("&"), part]);
    }
    case 5:
      return gzipSync(copy, { level: 1 });
    case 6:
      return Buffer.from(copy.toString("latin1"), "utf16le");
    case 7:
      // As the fields of a form: one of them is another’s.
      return Buffer.from(
        copy
          .toString("latin1")
          .replace(/=[^&]*/g, (value) =>
            chance.happens(0.1) ? `=${encodeURIComponent(chance.pick(strangeTexts).toWellFormed())}` : value,
          ),
        "latin1",
      );
    default:
      return Buffer.concat([copy, Buffer.from("x".repeat(chance.pick([1, 100, 60_000, 66_000])))]);
  }
}

function invented(chance: Chance, { merchantId }: FuzzWorld): Recorded {
  const channel = chance.pick(channels);
  const text = chance.pick([formText, xmlText, jsonText])(chance);
  const type = text.startsWith("<")
    ? "text/xml"
    : text.startsWith("{") || text.startsWith("[")
      ? "application/json"
      : "application/x-www-form-urlencoded";
  const signed: ReadonlyArray<readonly [string, string]> =
    channel === "wechat" && chance.happens(0.5)
      ? [
          ["wechatpay-signature", "A".repeat(344)],
          ["wechatpay-serial", chance.pick(["x", "PUB_KEY_ID_0", ""])],
          ["wechatpay-timestamp", chance.pick([String(Math.floor(Date.now() / 1_000)), "0", "x", "1e400"])],
          ["wechatpay-nonce", "n"],
        ]
      : [];
  return {
    path: `/v1/channels/${channel}/callbacks/${merchantId}`,
    headers: [["content-type", type], ...signed],
    body: Buffer.from(text),
  };
}

const names = [
  "out_trade_no",
  "trade_no",
  "app_id",
  "seller_id",
  "total_amount",
  "trade_status",
  "sign",
  "sign_type",
  "charset",
  "notify_id",
  "orderId",
  "queryId",
  "txnType",
  "respCode",
  "signature",
  "signPubKeyCert",
  "merId",
  "txnAmt",
  "accNo",
  "settleDate",
  "return_code",
  "result_code",
  "appid",
  "mch_id",
  "req_info",
  "__proto__",
  "version",
  "encoding",
  "signMethod",
];

function valueOf(chance: Chance): string {
  return chance.happens(0.5)
    ? chance.pick([
        "SUCCESS",
        "RSA2",
        "TRADE_SUCCESS",
        "utf-8",
        "00",
        "01",
        "12.50",
        "1250",
        "5.1.0",
        "A".repeat(344),
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "{[".repeat(400),
      ])
    : chance.pick(strangeTexts).toWellFormed();
}

function formText(chance: Chance): string {
  const pairs = Array.from(
    { length: chance.pick([1, 5, 20, 99, 101, 3_000]) },
    () => `${chance.pick(names)}=${encodeURIComponent(valueOf(chance)).slice(0, 600)}`,
  );
  return (
    chance.happens(0.7) ? [...new Map(pairs.map((pair) => [pair.split("=")[0], pair])).values()] : pairs
  ).join("&");
}

function xmlText(chance: Chance): string {
  const body = names
    .filter(() => chance.happens(0.6))
    .map(
      (name) =>
        `<${name}>${chance.happens(0.5) ? `<![CDATA[${valueOf(chance)}]]>` : valueOf(chance)}</${name}>`,
    )
    .join("");
  return chance.pick([
    ...Array<string>(4).fill(`<xml>${body}</xml>`),
    `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "${"&a;".repeat(90)}">]><xml><a>&b;</a></xml>`,
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>',
    `<xml>${"<a>".repeat(3_000)}`,
    `<xml ${"a='b' ".repeat(8_000)}>${body}</xml>`,
    `<xml>${"&#x1F600;".repeat(3_000)}</xml>`,
    `<?xml version="1.0" encoding="gbk"?><xml>${body}</xml>`,
    `<xml><![CDATA[${"]]".repeat(20_000)}</xml>`,
    `<xml>${"<!-- x -->".repeat(3_000)}</xml>`,
    `<xml><return_code>SUCCESS</return_code><req_info>${Buffer.from(chance.bytes(64)).toString("base64")}</req_info></xml>`,
  ]);
}

function jsonText(chance: Chance): string {
  const resource = {
    algorithm: "AEAD_AES_256_GCM",
    ciphertext: chance.pick(["", "AAAA", "A".repeat(50_000), "!"]),
    nonce: chance.pick(["", "n".repeat(12), "n".repeat(5_000)]),
    associated_data: chance.pick(["transaction", "\0"]),
  };
  return chance.pick([
    JSON.stringify({
      id: "x",
      event_type: chance.pick(["TRANSACTION.SUCCESS", "REFUND.SUCCESS", "", "__proto__"]),
      resource,
    }),
    JSON.stringify({ id: 1, resource: [resource] }),
    "[".repeat(30_000) + "]".repeat(30_000),
    '{"a":'.repeat(10_000),
    '{"resource":{"__proto__":{"algorithm":"x"}},"constructor":{"prototype":1}}',
    '{"id":"\\ud800","event_type":1e400,"resource":null}',
  ]);
}

function requestOf(chance: Chance, { path, headers, body }: Recorded): Buffer {
  const encoding = chance.happens(0.04)
    ? [`content-encoding: ${chance.pick(["gzip", "br", "identity", "x"])}`]
    : [];
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: fuzz",
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...encoding,
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}
