// Whether an address may be used as a webhook, judged before anything is sent: scheme, port, user, host.
import { isIP } from "node:net";
import { isPublicAddress } from "./addresses.ts";

/** Hosts, or host:port, that may be reached although they are private, and without TLS. Empty outside a demo. */
export type AllowedHosts = readonly string[];

export type Target = Readonly<{
  url: URL;
  /** The host without brackets, as it is looked up. */
  host: string;
  /** Whether the installation itself vouches for it. */
  allowed: "yes" | "no";
}>;

/** Why an address cannot be used. */
export type TargetProblem = "notAnAddress" | "notHttps" | "userInAddress" | "port" | "privateAddress";

/** Below 1024 other services than web servers listen. */
const portMin = 1_024;
const httpsPort = 443;

/** Reads an address as a browser does, so that 0x7f.1 and 2130706433 are seen as what they reach: 127.0.0.1. */
export function readTarget(text: string, allowedHosts: AllowedHosts): Target | TargetProblem {
  const url = URL.parse(text);
  if (url === null || url.hostname === "" || !["http:", "https:"].includes(url.protocol))
    return "notAnAddress";
  if (url.username !== "" || url.password !== "") return "userInAddress";
  const host = url.hostname
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();
  const port = url.port === "" ? (url.protocol === "https:" ? httpsPort : 80) : Number(url.port);
  const allowed = allowedHosts.some((one) => [host, `${host}:${port}`].includes(one.toLowerCase()));
  if (allowed) return { url, host, allowed: "yes" };
  if (url.protocol !== "https:") return "notHttps";
  if (port !== httpsPort && port < portMin) return "port";
  if (isIP(host) !== 0 && !isPublicAddress(host)) return "privateAddress";
  if (isLocalName(host)) return "privateAddress";
  return { url, host, allowed: "no" };
}

/** Names that never mean anything but this machine or this network. */
function isLocalName(host: string): boolean {
  return isIP(host) === 0 && (!host.includes(".") || /\.(localhost|local|internal|home\.arpa)$/.test(host));
}
