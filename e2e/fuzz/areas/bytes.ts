// What is no HTTP, or only just: broken heads, lengths that lie, bodies that do not come, upgrades, too much of everything.
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import type { Judge } from "../judge.ts";
import { createLine } from "../wire.ts";
import type { FuzzWorld } from "../world.ts";

const lanes = 4;

export function createBytesArea(world: FuzzWorld, judge: Judge): Area {
  const tally = createTally();
  return {
    name: "bytes",
    lanes,
    outcomes: tally.counts,
    input: (chance): Input => {
      const bytes = Buffer.from(bytesOf(chance), "latin1");
      return {
        shown: shownOf(bytes),
        attempt: async () => {
          const answer = await createLine(world.platform).send({ bytes, wants: "body", after: "end" });
          tally.add(String(answer.status));
          // What Node’s own parser answers before our code is asked has no body; people are answered with a page.
          const page = answer.headers.get("content-type")?.startsWith("text/html") === true;
          const errors = answer.body === "" || page ? "any" : "problem";
          return judge(answer, { errors, unavailable: "accident" });
        },
      };
    },
    close: () => undefined,
  };
}

const targets = [
  "/livez",
  "/v1/payments",
  "/",
  "*",
  "/c/x",
  "/mqtt",
  "http://[::1]/",
  "//evil",
  "/%",
  "/console/../../etc/passwd",
  "/v1/payments?%",
  "/docs",
];
const methods = [
  "GET",
  "POST",
  "HEAD",
  "CONNECT",
  "get",
  "PRI",
  "G",
  "",
  "PROPFIND",
  "M-SEARCH",
  "\x00GET",
  "SOURCE",
];
const versions = ["HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/1.1 x", "", "ICE/1.0", "RTSP/1.0"];

const heads: ReadonlyArray<(chance: Chance) => string> = [
  () => "content-length: 5\r\ncontent-length: 6",
  () => "content-length: -1",
  () => "content-length: 99999999999999999999",
  () => "content-length: 0x5",
  () => "content-length: 5\r\ntransfer-encoding: chunked",
  () => "transfer-encoding: chunked, chunked",
  () => "transfer-encoding: xchunked",
  () => "transfer-encoding : chunked",
  () => "transfer-encoding: chunked",
  (chance) =>
    Array.from({ length: chance.pick([10, 100, 1_990, 2_100]) }, (_, index) => `h${index}: 1`).join("\r\n"),
  (chance) => `x: ${"y".repeat(chance.pick([8_000, 15_900, 17_000, 60_000]))}`,
  () => "a\0b: c",
  () => ": no name",
  () => "x y: z",
  () => " folded: x\r\n more",
  () => "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: x",
  () =>
    "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: mqtt",
  () => "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk",
  () => "connection: close, keep-alive, \xff",
  () => "expect: 200-ok",
  () => "expect: 100-continue\r\ncontent-length: 10",
  () => "content-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 4",
  () => "cookie: " + "huiyin_session=x; ".repeat(700),
  () => "authorization: Bearer " + "sk_".repeat(4_000),
  () => "signature-input: sig1=(" + '"@method" '.repeat(1_000) + ")\r\nsignature: sig1=:A:",
];

function bytesOf(chance: Chance): string {
  const kind = chance.weighted({ head: 12, noise: 2, cut: 3, chunks: 3, pipelined: 2, tls: 1, host: 1 });
  const first = `${chance.pick(methods)} ${chance.pick(targets)} ${chance.pick(versions)}`;
  const normal = `${chance.pick(["GET", "POST"])} ${chance.pick(targets)} HTTP/1.1\r\nhost: x\r\n`;
  switch (kind) {
    case "head":
      return `${normal}${Array.from({ length: chance.integer(1, 3) }, () => chance.pick(heads)(chance)).join("\r\n")}\r\n\r\n${chance.pick(["", "hello", "5\r\nhello\r\n0\r\n\r\n", "{}"])}`;
    case "noise":
      return Buffer.from(chance.bytes(chance.integer(1, 400))).toString("latin1");
    case "cut": {
      const whole = `${normal}content-length: 30\r\ncontent-type: application/json\r\n\r\n{"amount":1}`;
      return whole.slice(0, chance.integer(1, whole.length));
    }
    case "chunks":
      return `${normal}transfer-encoding: chunked\r\n\r\n${chance.pick(["ffffffffffffffff\r\n", "-1\r\n", "5;ext=" + "x".repeat(20_000) + "\r\nhello\r\n0\r\n\r\n", "0\r\ntrailer: x\r\n\r\n", "5\r\nhelloX", "zz\r\n", `${"1\r\na\r\n".repeat(500)}0\r\n\r\n`, "10001\r\n" + "a".repeat(65_537) + "\r\n0\r\n\r\n"])}`;
    case "pipelined":
      return `${normal}\r\n`.repeat(chance.integer(2, 60));
    case "tls":
      return "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\0".repeat(200);
    case "host":
      return `${first}\r\n${chance.pick(["", "host: a\r\nhost: b\r\n", "host: \xff\r\n", "host: a b\r\n", `host: ${"a".repeat(9_000)}\r\n`])}\r\n`;
  }
}
