// Terminals hear of arrivals through a broker of the operator’s own, and it does not answer.
import { connect } from "node:net";
import type { Check } from "../model.ts";
import { limits } from "../limits.ts";

const standardPorts: ReadonlyMap<string, number> = new Map([
  ["mqtt:", 1883],
  ["mqtts:", 8883],
  ["ws:", 80],
  ["wss:", 443],
]);

export const brokerUnreachable: Check = {
  id: "brokerUnreachable",
  severity: "broken",
  title: {
    zh: "连不上 MQTT 服务器，终端不会播报",
    en: "The MQTT broker cannot be reached, so terminals stay silent",
  },
  next: {
    zh: "请检查 MQTT_URL、该服务器是否在运行，以及防火墙。收款不受影响，恢复后会按顺序补报。",
    en: "Check MQTT_URL, that the broker runs, and the firewall. Payments go on; announcements follow in order afterwards.",
  },
  needs: "configuration",
  look: async (_, config) => {
    if (config.mqttUrl === null) return [];
    const url = new URL(config.mqttUrl);
    const port = url.port === "" ? (standardPorts.get(url.protocol) ?? 1883) : Number(url.port);
    const problem = await reach(url.hostname.replace(/^\[|\]$/g, ""), port);
    return problem === null ? [] : [`${url.protocol}//${url.hostname}:${port} ${problem}`];
  },
};

/** Null where somebody answers on that port. */
function reach(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: limits.connectMsMax });
    const end = (problem: string | null): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once("connect", () => end(null));
    socket.once("timeout", () => end(`timeout ${limits.connectMsMax} ms`));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}
