// What this device measures about itself, for the platform's view of its terminals. What it cannot know is left out.
import type { BeatMessage } from "@huiyin/contract/events/telemetry.ts";

export type Vitals = Omit<BeatMessage, "version" | "kind" | "connection" | "at">;

type Battery = Readonly<{ level: number; charging: boolean }>;
type NavigatorMore = Navigator & {
  getBattery?(): Promise<Battery>;
  connection?: Readonly<{ type?: string }>;
};

const networkTypes = new Map<string, NonNullable<Vitals["network"]>>([
  ["ethernet", "ethernet"],
  ["wifi", "wifi"],
  ["cellular", "cellular"],
]);

export async function readVitals(
  known: Readonly<{ appVersion: string; muted: boolean; volume: number; waitingArrivals: number }>,
): Promise<Vitals> {
  const battery = await readBattery();
  const network = networkTypes.get((navigator as NavigatorMore).connection?.type ?? "");
  return {
    appVersion: known.appVersion,
    model: modelOf(navigator.userAgent),
    ...(battery === null
      ? {}
      : { batteryPercent: Math.round(battery.level * 100), charging: battery.charging }),
    ...(network === undefined ? {} : { network }),
    volumePercent: Math.round(known.volume * 100),
    muted: known.muted,
    waitingArrivals: known.waitingArrivals,
  };
}

/** Android calls itself Linux too, an iPhone Mac OS X: the narrower name comes first. */
const systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "Linux"];

/** The browser and its system in a few words: “Chrome 156 on Linux”. Never the whole string: it singles people out. */
export function modelOf(userAgent: string): string {
  const browsers = [/(Edg|Firefox|OPR)\/(\d+)/, /(Chrome)\/(\d+)/, /(Version)\/(\d+).*Safari/];
  const browser = browsers.map((pattern) => pattern.exec(userAgent)).find((match) => match !== null);
  const name =
    new Map([
      ["Edg", "Edge"],
      ["OPR", "Opera"],
      ["Version", "Safari"],
    ]).get(browser?.[1] ?? "") ?? browser?.[1];
  const system = systems.find((each) => userAgent.includes(each)) ?? "unknown system";
  return `${name ?? "Browser"} ${browser?.[2] ?? ""} on ${system}`.replace("  ", " ");
}

async function readBattery(): Promise<Battery | null> {
  try {
    return (await (navigator as NavigatorMore).getBattery?.()) ?? null;
  } catch {
    return null;
  }
}
