// A port that the next start needs and another program has.
import { createServer } from "node:net";
import type { Check } from "../model.ts";
import { listenerOn } from "../listeners.ts";

export const portTaken: Check = {
  id: "portTaken",
  severity: "broken",
  title: { zh: "端口被其他程序占用", en: "Another program has a port that the platform needs" },
  next: {
    zh: "请停止该程序，或用 PORT、SANDBOX_PORT、MQTT_PORT 换一个端口。",
    en: "Stop that program, or choose another port with PORT, SANDBOX_PORT or MQTT_PORT.",
  },
  needs: "configuration",
  look: async ({ claimedBy, running }, config) => {
    // A platform that runs has them itself.
    if (claimedBy !== null || running !== null) return [];
    const wanted = new Map([["PORT", config.port]]);
    if (config.sandbox) wanted.set("SANDBOX_PORT", config.sandboxPort);
    if (config.mqttUrl === null) wanted.set("MQTT_PORT", config.mqttPort);
    const found: string[] = [];
    for (const [variable, port] of wanted) {
      if (port === 0 || (await isFree(config.host, port))) continue;
      found.push(`${variable} ${port}: ${listenerOn(port) ?? "未知程序 / unknown program"}`);
    }
    return found;
  },
};

/** Only a taken port counts: what else may go wrong with an address is told by the start itself. */
function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => resolve(error.code !== "EADDRINUSE"));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
