// Addresses that a merchant types as its webhook: whatever means this machine or its network is refused, however it is
// written. The rules are asked here; what would be reached is said by a table of its own.
import { BlockList, isIP } from "node:net";
import { readTarget } from "@huiyin/server/modules/webhooks/sending/target.ts";
import { isPublicAddress } from "@huiyin/server/modules/webhooks/sending/addresses.ts";
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import { measured } from "../measured.ts";
import { strangeTexts } from "../values.ts";

/** IPv4 that no stranger may make the platform talk to. */
const inside = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
  ["168.63.129.16", 32],
] as const)
  inside.addSubnet(network, bits, "ipv4");

export function createWebhooksArea(): Area {
  const tally = createTally();
  return {
    name: "webhooks",
    lanes: 1,
    outcomes: tally.counts,
    input: (chance): Input => {
      const { url, means } = addressOf(chance);
      return {
        shown: shownOf(url),
        attempt: async () => {
          const { value: target, problem } = measured(() => readTarget(url, []));
          if (problem !== null) return problem;
          tally.add(typeof target === "string" ? target : "taken");
          if (typeof target !== "object" || target === null) return null;
          if (means !== null && inside.check(means, "ipv4"))
            return `an address of the inside was taken: it means ${means}`;
          const version = isIP(target.host);
          if (version !== 0 && !isPublicAddress(target.host))
            return "an address that is not public was taken";
          return target.url.protocol === "https:" ? null : "a connection without TLS was taken";
        },
      };
    },
    close: () => undefined,
  };
}

type Address = Readonly<{ url: string; means: string | null }>;

function addressOf(chance: Chance): Address {
  const bytes = chance.happens(0.7)
    ? chance.pick([
        [127, 0, 0, 1],
        [10, 1, 2, 3],
        [169, 254, 169, 254],
        [192, 168, 0, 1],
        [172, 20, 0, 1],
        [0, 0, 0, 0],
        [100, 100, 100, 200],
        [255, 255, 255, 255],
      ])
    : Array.from({ length: 4 }, () => chance.integer(0, 255));
  const host = written(chance, bytes);
  const scheme = chance.pick([
    "https://",
    "https://",
    "https://",
    "HTTPS://",
    "https:",
    "https:\\\\",
    "https:/",
    "http://",
    "ftp://",
    "file:///",
    "gopher://",
    " https://",
    "https:///",
  ]);
  const user = chance.happens(0.1) ? chance.pick(["a@", "a:b@", "example.com@", "%40@", "@"]) : "";
  const port = chance.pick([
    "",
    "",
    "",
    ":443",
    ":8443",
    ":22",
    ":0",
    ":65536",
    ":80",
    ":99999999999",
    ":",
    ":१",
  ]);
  const path = chance.pick([
    "/",
    "",
    "/hook",
    "/\\evil",
    "#x",
    "?a=b",
    "/%00",
    `/${chance.pick(strangeTexts)}`,
  ]);
  return { url: `${scheme}${user}${host}${port}${path}`, means: bytes.join(".") };
}

/** One address in one of the ways that something or other understands. */
function written(chance: Chance, bytes: readonly number[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  const mapped = `${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`;
  return chance.pick<() => string>([
    () => bytes.join("."),
    () => `${bytes.join(".")}.`,
    () => String(number),
    () => `0x${number.toString(16)}`,
    () => `0${number.toString(8)}`,
    () => bytes.map((byte) => `0x${byte.toString(16)}`).join("."),
    () => bytes.map((byte) => `0${byte.toString(8)}`).join("."),
    () => `${a}.${(b * 256 + c) * 256 + d}`,
    () => `${a}.${b}.${c * 256 + d}`,
    () => bytes.join("。"),
    () => bytes.join("．"),
    () =>
      [...bytes.join(".")]
        .map((sign) => (sign === "." ? sign : String.fromCharCode(sign.charCodeAt(0) + 0xfee0)))
        .join(""),
    () => [...bytes.join(".")].map((sign) => `%${hex(sign.charCodeAt(0))}`).join(""),
    () => `[::ffff:${bytes.join(".")}]`,
    () => `[::ffff:${mapped}]`,
    () => `[::${bytes.join(".")}]`,
    () => `[64:ff9b::${bytes.join(".")}]`,
    () => `[2002:${mapped}::1]`,
    () => `[0:0:0:0:0:ffff:${mapped}]`,
    () => `[fe80::1%25eth0]`,
    () => `[::1]`,
    () => `[::]`,
    () =>
      chance.pick([
        "localhost",
        "LOCALHOST.",
        "a.localhost",
        "printer.local",
        "x.internal",
        "router.home.arpa",
        "db",
        "ⓛocalhost",
        "localhost.",
        "loc­alhost",
      ]),
  ])();
}
