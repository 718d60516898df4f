// Keys by which commands on this machine speak to the platform: made once, kept in files closed to others.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unwrap } from "@huiyin/server/kernel/result.ts";
import { createCredential } from "@huiyin/server/modules/identity/index.ts";
import { writeSecretFile } from "@huiyin/server/platform/dataDirectory.ts";
import type { Platform } from "@huiyin/server/start.ts";

const actor = "huiyin start";

/** The operator key of this installation. One that is no longer in force is replaced. */
export function operatorKeyOf(platform: Platform, dataDirectory: string): Promise<string> {
  return keptKey({
    platform,
    file: join(dataDirectory, "operator.key"),
    merchantId: null,
    name: "命令行 / command line",
  });
}

/** The key of the demo merchant’s servers. */
export function merchantKeyOf(
  platform: Platform,
  dataDirectory: string,
  merchantId: string,
): Promise<string> {
  return keptKey({ platform, file: join(dataDirectory, "merchant.key"), merchantId, name: "演示 / demo" });
}

type Wanted = Readonly<{ platform: Platform; file: string; merchantId: string | null; name: string }>;

async function keptKey({ platform, file, merchantId, name }: Wanted): Promise<string> {
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (kept !== "" && (await isInForce(platform, kept))) return kept;
  const { key } = unwrap(await createCredential(platform.modules.identity, { merchantId, name }, actor));
  writeSecretFile(file, `${key}\n`);
  return key;
}

async function isInForce(platform: Platform, key: string): Promise<boolean> {
  const answer = await fetch(`${platform.url}/v1/sessions/current`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return answer.ok;
}
