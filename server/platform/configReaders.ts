// How the text of each environment variable is read. A reader answers with the value, or with what is wrong with it.
import { isIP } from "node:net";
import type { Localized } from "@huiyin/contract/words.ts";

/** A variable that cannot be used, and why. */
export type ConfigProblem = Readonly<{ variable: string; words: Localized }>;

export const platformRoles = ["http", "jobs", "mqtt"] as const;
export type PlatformRole = (typeof platformRoles)[number];

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

const hostNamePattern =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const portMax = 65_535;
const hostsMax = 100;
/** So much of a wrong value is repeated to the person who wrote it. */
const shownLengthMax = 40;

const switchMeanings: ReadonlyMap<string, "on" | "off"> = new Map([
  ...["on", "true", "1", "yes"].map((word) => [word, "on"] as const),
  ...["off", "false", "0", "no"].map((word) => [word, "off"] as const),
]);

export const readers = {
  host: (text: string): string | Localized =>
    isHost(text)
      ? text
      : {
          zh: `应为主机名或 IP 地址，收到${quoted(text).zh}。`,
          en: `It is a host name or an IP address, not ${quoted(text).en}.`,
        },

  port: (text: string): number | Localized =>
    /^\d{1,5}$/.test(text) && Number(text) <= portMax
      ? Number(text)
      : {
          zh: `应为 0 到 ${portMax} 的整数，收到${quoted(text).zh}。`,
          en: `It is a whole number from 0 to ${portMax}, not ${quoted(text).en}.`,
        },

  publicUrl: (text: string): string | null | Localized => {
    const url = urlOf(text, ["http:", "https:"], "https://pay.example.com");
    return typeof url === "string" ? url.replace(/\/+$/, "") : url;
  },

  databaseUrl: (text: string): string | null | Localized =>
    urlOf(text, ["postgres:", "postgresql:"], "postgres://user:password@host:5432/database"),

  mqttUrl: (text: string): string | null | Localized =>
    urlOf(text, ["mqtt:", "mqtts:", "ws:", "wss:"], "mqtt://host:1883"),

  roles: (text: string): readonly PlatformRole[] | Localized => {
    const words = list(text);
    const roles = platformRoles.filter((role) => words.includes(role));
    const strange = words.filter((word) => !new Set<string>(platformRoles).has(word));
    if (strange.length === 0 && roles.length > 0) return roles;
    const all = platformRoles.join(", ");
    return {
      zh: `应为以下角色，用逗号分隔：${all}；收到${quoted(text).zh}。`,
      en: `It lists roles, with commas between: ${all}; not ${quoted(text).en}.`,
    };
  },

  logLevel: (text: string): LogLevel | Localized => oneOf(text, logLevels),

  hosts: (text: string): readonly string[] | Localized => {
    const hosts = list(text);
    const strange = hosts.find((host) => !isHost(host.replace(/:\d{1,5}$/, "")));
    if (strange === undefined && hosts.length <= hostsMax) return hosts;
    return {
      zh: `应为用逗号分隔的主机名（最多 ${hostsMax} 个），收到${quoted(strange ?? text).zh}。`,
      en: `It lists at most ${hostsMax} host names with commas between, not ${quoted(strange ?? text).en}.`,
    };
  },

  yesOrNo: (text: string): "yes" | "no" | Localized => {
    const meaning = switchMeanings.get(text.toLowerCase());
    return meaning === undefined ? notOneOf(text, ["on", "off"]) : meaning === "on" ? "yes" : "no";
  },

  sandbox: (text: string): "auto" | "on" | "off" | Localized => {
    if (text.toLowerCase() === "auto") return "auto";
    return switchMeanings.get(text.toLowerCase()) ?? oneOf(text, ["on", "off"]);
  },
} as const;

function isHost(text: string): boolean {
  return isIP(text) !== 0 || hostNamePattern.test(text);
}

function list(text: string): readonly string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}

// The value is not repeated: it may hold a password.
function urlOf(text: string, protocols: readonly string[], example: string): string | null | Localized {
  if (text === "") return null;
  const url = URL.parse(text);
  if (url !== null && protocols.includes(url.protocol) && url.hostname !== "") return text;
  return { zh: `应为形如 ${example} 的地址。`, en: `It is an address like ${example}.` };
}

function oneOf<T extends string>(text: string, words: readonly T[]): T | Localized {
  return words.find((word) => word === text.toLowerCase()) ?? notOneOf(text, words);
}

function notOneOf(text: string, words: readonly string[]): Localized {
  const all = words.join(", ");
  return {
    zh: `应为 ${all} 之一，收到${quoted(text).zh}。`,
    en: `It is one of ${all}, not ${quoted(text).en}.`,
  };
}

function quoted(text: string): Localized {
  const short = text.length > shownLengthMax ? `${text.slice(0, shownLengthMax)}…` : text;
  return { zh: `“${short}”`, en: `“${short}”` };
}
