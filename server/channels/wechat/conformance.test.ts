// The conformance suite over WeChat Pay, in every way that an account can be set up, against one small book.
import { describe } from "node:test";
import { conformance } from "../conformance.ts";
import { wechat } from "./client.ts";
import {
  mixedAccount,
  providerV2Account,
  providerV3Account,
  v2Account,
  v3CertificateAccount,
  v3KeyAccount,
} from "./testing/accounts.ts";
import { smallWorld } from "./testing/world.ts";

for (const [name, account] of [
  ["v2", v2Account],
  ["v2 signed by MD5", { ...v2Account, signTypeV2: "MD5" }],
  ["v3 by public key, code pay too", v3KeyAccount],
  ["v3 by certificate, code pay too", v3CertificateAccount],
  ["v2 for code pay, v3 for the rest, in the midst of a change of keys", mixedAccount],
  ["a service provider in v2", providerV2Account],
  ["a service provider in v3", providerV3Account],
  ["v3 with pages on the payer’s phone", { ...v3KeyAccount, appSecret: "0".repeat(32) }],
  ["a service provider in v3 with pages", { ...providerV3Account, appSecret: "0".repeat(32) }],
] as const)
  describe(name, () => conformance({ channel: wechat, makeWorld: async () => smallWorld(account) }));
