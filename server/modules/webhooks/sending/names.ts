// What addresses a name has, asked of the name servers by sockets of this process. The system’s own look-up holds one of
// four threads for as long as a server keeps silent: four names of one merchant would stop the signatures of every payment.
import { Resolver } from "node:dns/promises";

export type Address = Readonly<{ address: string; family: number }>;

/** Twice, the second time for twice as long: within the time of an attempt. */
const firstWaitMs = 2_500;
const triesMax = 2;

/** All addresses, those of IPv4 first; none where nobody knows the name or answers. @param servers those of the system where absent */
export async function publicAddressesOf(
  host: string,
  servers?: readonly string[],
): Promise<readonly Address[]> {
  const resolver = new Resolver({ timeout: firstWaitMs, tries: triesMax });
  if (servers !== undefined) resolver.setServers(servers);
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
  return [
    ...(four.status === "fulfilled" ? four.value : []).map((address) => ({ address, family: 4 })),
    ...(six.status === "fulfilled" ? six.value : []).map((address) => ({ address, family: 6 })),
  ];
}
