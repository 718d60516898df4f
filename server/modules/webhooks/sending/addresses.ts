// Which addresses a webhook may reach: those of the public Internet, and nothing that only this machine or network sees.
import { BlockList, isIP } from "node:net";

/** Ranges of IPv4 that are not public, by the IANA registry of special-purpose addresses, and one cloud’s own helper. */
const closedIpv4: ReadonlyArray<readonly [string, number]> = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // carrier-grade NAT, and Alibaba Cloud’s metadata at 100.100.100.200
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, and the metadata of most clouds
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.31.196.0", 24], // AS112
  ["192.52.193.0", 24], // AMT
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16], // private
  ["192.175.48.0", 24], // AS112
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, broadcast
  ["168.63.129.16", 32], // Azure’s platform address
];

/** Of IPv6 only global unicast is public; these parts of it are not, or carry an IPv4 address inside. */
const closedIpv6: ReadonlyArray<readonly [string, number]> = [
  ["2001::", 23], // protocol assignments, Teredo among them
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4
  ["3fff::", 20], // documentation
];

const closed = new BlockList();
for (const [network, bits] of closedIpv4) closed.addSubnet(network, bits, "ipv4");
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");
const closedGlobal = new BlockList();
for (const [network, bits] of closedIpv6) closedGlobal.addSubnet(network, bits, "ipv6");

/** Whether an address, as text without brackets, belongs to the public Internet. What is no address does not. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !closed.check(address, "ipv4");
  // A zone names an interface of this machine.
  if (version !== 6 || address.includes("%")) return false;
  // Addresses that map or embed IPv4 lie outside global unicast, or in a closed part of it.
  return globalUnicast.check(address, "ipv6") && !closedGlobal.check(address, "ipv6");
}
