// Simulated money that strangers can reach, with keys that were printed on a screen.
import type { Check } from "../model.ts";

export const sandboxExposed: Check = {
  id: "sandboxExposed",
  severity: "broken",
  title: { zh: "沙箱对外网开放", en: "The sandbox can be reached from outside" },
  next: {
    zh: "请把 HOST 改回 127.0.0.1，或设置 SANDBOX=off 并使用正式主密钥。沙箱的故障开关和演示密钥不应对外开放。",
    en: "Set HOST back to 127.0.0.1, or SANDBOX=off with a production master key: its fault switches and demo keys are not for strangers.",
  },
  needs: "configuration",
  look: (_, config) =>
    config.sandbox && !isLoopback(config.host)
      ? [`HOST=${config.host}, SANDBOX_PORT=${config.sandboxPort}`]
      : [],
};

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
