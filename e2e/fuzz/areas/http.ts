// Requests drawn from the OpenAPI document: every route and method, with bodies that fit and are then spoilt, addresses,
// queries and headers that nobody should send, and keys that are right, wrong, and of somebody else.
import type { Chance } from "../../../sim/random.ts";
import { createTally, shownOf, type Area, type Input } from "../input.ts";
import type { Judge } from "../judge.ts";
import { fitting } from "../fitting.ts";
import { strangeBody } from "../values.ts";
import { proofOf, type Proof } from "./httpProofs.ts";
import { headersOf, pathValue, queryOf, strangePath } from "./httpParts.ts";
import { operations, type Operation } from "./operations.ts";
import { createLine, type Line, type Sending } from "../wire.ts";
import type { FuzzWorld } from "../world.ts";

const lanes = 8;

/** What would change how the shop of the checks is paid: there the ids are only another merchant’s. */
const settings = /channel-accounts|routing|capabilities|credit-acceptance|fees|manager-code/;

export type Made = Readonly<{
  method: string;
  url: string;
  headers: Array<readonly [string, string]>;
  body: string;
  proof: Proof;
}>;

/** @param judge what every answer has to be */
export function createHttpArea(world: FuzzWorld, judge: Judge): Area {
  const all = operations();
  const lines = Array.from({ length: lanes }, () => createLine(world.platform));
  const tally = createTally();
  return {
    name: "http",
    lanes,
    outcomes: tally.counts,
    input: (chance, lane): Input => {
      const made = madeOf(chance, world, chance.pick(all));
      const text = `${made.method} ${made.url} (${made.proof})`;
      return {
        shown: `${shownOf(text)} ${shownOf(JSON.stringify(made.headers))} ${shownOf(made.body)}`,
        attempt: async () => {
          const answer = await (lines[lane] as Line).send(await sendingOf(made, world));
          tally.add(String(answer.status));
          return judge(answer, { errors: "problem", unavailable: "accident" });
        },
      };
    },
    close: () => lines.forEach((line) => line.close()),
  };
}

function madeOf(chance: Chance, world: FuzzWorld, operation: Operation): Made {
  const ids =
    operation.method !== "GET" && settings.test(operation.path)
      ? { own: world.ids.foreign, foreign: new Map() }
      : world.ids;
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = operation.parameters.find((one) => one.in === "path" && one.name === name)?.schema ?? {};
    return chance.happens(0.08) ? strangePath(chance) : pathValue(chance, schema, ids);
  });
  const method = chance.happens(0.03)
    ? chance.pick(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "QUERY"])
    : operation.method;
  const body =
    operation.body === null
      ? chance.happens(0.05)
        ? chance.pick(["{}", "x", "[]"])
        : ""
      : strangeBody(chance, fitting(chance, operation.body, ids));
  const headers = headersOf(chance, body);
  const proof = chance.weighted<Proof>({
    merchant: 60,
    operator: 18,
    other: 6,
    none: 4,
    wrong: 4,
    signed: 5,
    signedWrong: 3,
  });
  return { method, url: path + queryOf(chance, operation, ids), headers, body, proof };
}

async function sendingOf(made: Made, world: FuzzWorld): Promise<Sending> {
  const body = Buffer.from(made.body, "utf8");
  const headers = [...made.headers, ...(await proofOf(made, world, body))];
  // A path may be anything, but a blank would end it.
  const url = made.url.replaceAll(/[\r\n ]/g, "%20");
  const head = [
    `${made.method} ${url} HTTP/1.1`,
    "host: fuzz",
    ...headers.map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, "")}`),
    ...(made.method === "GET" && body.length === 0 ? [] : [`content-length: ${body.length}`]),
  ];
  return {
    bytes: Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]),
    wants: made.method === "HEAD" ? "head" : "body",
    after: "keep",
  };
}
