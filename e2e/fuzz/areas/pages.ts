// The page behind a printed code: anybody who walks by has its address.
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import type { Judge } from "../judge.ts";
import { strangeTexts } from "../values.ts";
import { createLine, type Line } from "../wire.ts";
import type { FuzzWorld } from "../world.ts";

const lanes = 3;
const agents = [
  "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50",
  "Mozilla/5.0 (Linux; Android 14) AlipayClient/10.6.0",
  "Mozilla/5.0 UnionPay/1.0 CloudPay",
  "Mozilla/5.0 Firefox/150",
  "",
  "MicroMessenger AlipayClient",
  "x".repeat(7_000),
];
const formType = "application/x-www-form-urlencoded";

export function createPagesArea(world: FuzzWorld, judge: Judge): Area {
  const lines = Array.from({ length: lanes }, () => createLine(world.platform));
  const tally = createTally();
  return {
    name: "pages",
    lanes,
    outcomes: tally.counts,
    input: (chance, lane): Input => {
      const bytes = requestOf(chance, world.pages);
      return {
        shown: shownOf(bytes),
        attempt: async () => {
          const answer = await (lines[lane] as Line).send({ bytes, wants: "body", after: "keep" });
          tally.add(String(answer.status));
          const page = answer.headers.get("content-type")?.startsWith("text/html") === true;
          const reflected =
            page && answer.body.includes("<script>alert") ? "what was typed is code in the page" : null;
          return reflected ?? judge(answer, { errors: "any", unavailable: "accident" });
        },
      };
    },
    close: () => lines.forEach((line) => line.close()),
  };
}

function requestOf(chance: Chance, pages: readonly string[]): Buffer {
  const strange = encodeURIComponent(chance.pick(strangeTexts).toWellFormed());
  const path = chance.happens(0.7)
    ? chance.pick(pages)
    : `/c/${chance.pick([strange, "x".repeat(64), "%", "%00", "pay.js", "..%2f", "A".repeat(22), "x".repeat(200)])}`;
  const way = chance.weighted({ open: 4, pay: 6, wallet: 3, payment: 2 });
  const cookie = chance.happens(0.4) ? `cookie: huiyin_page=${cookieOf(chance)}\r\n` : "";
  const head = (method: string, target: string): string =>
    `${method} ${target} HTTP/1.1\r\nhost: x\r\nuser-agent: ${chance.pick(agents)}\r\naccept-language: ${chance.pick(["zh", "en", "", "*;q=0"])}\r\n${cookie}`;
  if (way !== "pay") {
    const target =
      way === "open"
        ? path
        : way === "wallet"
          ? `${path}/wallet?code=${strange}&state=${chance.pick(["", strange, "x".repeat(900)])}`
          : `${path}/payment?call=${chance.pick(["1", "", "x"])}`;
    return Buffer.from(`${head("GET", target)}\r\n`, "latin1");
  }
  const body = Buffer.from(formOf(chance), "latin1");
  const type = chance.happens(0.9)
    ? formType
    : chance.pick(["text/plain", `${formType}; charset=gbk`, `${formType};charset=x`, "multipart/form-data"]);
  return Buffer.concat([
    Buffer.from(
      `${head("POST", path)}content-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`,
      "latin1",
    ),
    body,
  ]);
}

function cookieOf(chance: Chance): string {
  return chance.pick([
    "",
    "x",
    "%",
    "A".repeat(3_000),
    Buffer.from(chance.bytes(60)).toString("base64url"),
    "v1.a.b.c",
    "__proto__",
  ]);
}

function formOf(chance: Chance): string {
  const amount = chance.happens(0.3)
    ? chance.pick(["0.01", "12.5", "０．０１", "1。5", "99999999.99", "1e3", "-1", "0.001", "00.1", "1,000"])
    : encodeURIComponent(chance.pick(strangeTexts).toWellFormed());
  const attempt = chance.pick(["0".repeat(32), Buffer.from(chance.bytes(16)).toString("hex"), "", "x"]);
  return chance.pick([
    ...Array<string>(6).fill(`amount=${amount}&attempt=${attempt}`),
    ...[
      `amount=${amount}&amount=2`,
      "amount=%",
      "amount=%ff%fe",
      "amount",
      "=",
      "&".repeat(500),
      `a=1${"&b=".repeat(99)}`,
      `__proto__=1&amount=${amount}`,
      "amount=" + "9".repeat(60_000),
    ],
  ]);
}
