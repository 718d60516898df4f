// A fleet as a program: creates and activates its terminals with a merchant's or operator's key, lets them live, and
// tells once a second what they have spoken, as JSON lines.
import type { ActivationCode, Terminal } from "@huiyin/contract/api/terminals.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import { behavioursOf, roughMix, steadyMix, type Behaviour } from "./behaviour.ts";
import { createDevice } from "./device.ts";
import { createFleet, type Fleet, type Member } from "./fleet.ts";
import { recordingSpeaker } from "./speaker.ts";
import { memoryStorage } from "./storage.ts";
import { createVirtualTerminal } from "./virtualTerminal.ts";

export const mixes = new Map([
  ["steady", steadyMix],
  ["rough", roughMix],
]);

export type FleetWish = Readonly<{
  platformUrl: string;
  mqttUrl: string;
  /** sk_… of the merchant, or ok_… of the operator, who names the merchant. */
  key: string;
  merchantId: string | null;
  storeId: string;
  count: number;
  seed: number;
  behaviours: readonly Behaviour[];
}>;

type Values = Readonly<Record<string, string | undefined>>;

/** Reads the wish from the command line; null where something is missing. */
export function fleetWishOf(values: Values): FleetWish | null {
  const { platform, mqtt, key, store, merchant, fleet, seed = "1", mix = "steady" } = values;
  const count = Number(fleet);
  const chosen = mixes.get(mix);
  const numbers = Number.isInteger(count) && count > 0 && Number.isInteger(Number(seed));
  if (platform === undefined || mqtt === undefined || key === undefined || store === undefined) return null;
  if (chosen === undefined || !numbers) return null;
  const addresses = {
    platformUrl: platform,
    mqttUrl: mqtt,
    key,
    storeId: store,
    merchantId: merchant ?? null,
  };
  return { ...addresses, count, seed: Number(seed), behaviours: behavioursOf(Number(seed), count, chosen) };
}

/** Starts it and lets it live. Throws what the platform refuses. */
export async function runFleet(clock: Clock, wish: FleetWish, say: (line: unknown) => void): Promise<Fleet> {
  const members: Member[] = [];
  for (const [index, behaviour] of wish.behaviours.entries())
    members.push(await memberOf(clock, wish, { behaviour, no: `V${wish.seed}-${index + 1}` }));
  const fleet = createFleet({ clock }, members);
  await fleet.connect();
  say({ event: "connected", terminals: members.length, residentBytes: process.memoryUsage().rss });
  void fleet.misbehave().then(() => say({ event: "calm" }));
  return fleet;
}

/** Creates one terminal, or takes the one that an earlier run left, and activates a fresh device as it. */
async function memberOf(
  clock: Clock,
  wish: FleetWish,
  { behaviour, no }: Readonly<{ behaviour: Behaviour; no: string }>,
): Promise<Member> {
  const { platformUrl, mqttUrl, merchantId, storeId } = wish;
  const body = { storeId, name: `虚拟终端 ${no}`, no, kind: "soundbox", ...(merchantId && { merchantId }) };
  const created = await ask<Terminal>(wish, "POST", "/v1/terminals", body);
  const id = created.status === 201 ? created.body.id : await idOfNo(wish, no);
  const code = await ask<ActivationCode>(wish, "POST", `/v1/terminals/${id}/activation-codes`);
  const speaker = recordingSpeaker({ now: clock.now, sleep: clock.sleep, clipMs: behaviour.clipMs });
  const own = { device: createDevice(), storage: memoryStorage(), speaker, now: clock.now };
  const terminal = createVirtualTerminal({ platformUrl, mqttUrl, ...own });
  const answer = await terminal.activate(code.body.activationCode);
  if (answer.status !== 200) throw new Error(`${no} was not activated: ${JSON.stringify(answer.body)}`);
  return { terminal, speaker, behaviour };
}

async function idOfNo(wish: FleetWish, no: string): Promise<string> {
  for (let after = ""; ;) {
    const path = `/v1/terminals?storeId=${wish.storeId}&limit=100${after}`;
    const { body } = await ask<{ items: Terminal[]; hasMore: boolean }>(wish, "GET", path);
    const found = body.items.find((terminal) => terminal.no === no);
    if (found !== undefined) return found.id;
    if (!body.hasMore) throw new Error(`terminal number ${no} cannot be created and is not in the store`);
    after = `&after=${body.items.at(-1)?.id ?? ""}`;
  }
}

const replyMsMax = 30_000;

async function ask<Body>(
  { platformUrl, key }: FleetWish,
  method: string,
  path: string,
  body?: unknown,
): Promise<Readonly<{ status: number; body: Body }>> {
  const reply = await fetch(`${platformUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(replyMsMax),
  });
  const answer = (await reply.json()) as Body & { code?: string };
  // A number that is in use is an earlier run's.
  if (!reply.ok && answer.code !== "terminal_no_used")
    throw new Error(`${method} ${path}: HTTP ${reply.status} ${JSON.stringify(answer)}`);
  return { status: reply.status, body: answer };
}
