// The topics of a terminal under huiyin/v1/terminals/{terminalId}/, for terminals and server alike.

/** Topics that the platform writes and the terminal reads. */
export const topicsToTerminal = ["arrivals", "commands", "config"] as const;
/** Topics that the terminal writes and the platform reads. */
export const topicsFromTerminal = ["receipts", "telemetry", "commandResults", "configReport"] as const;

export type TopicToTerminal = (typeof topicsToTerminal)[number];
export type TopicFromTerminal = (typeof topicsFromTerminal)[number];

/** The full topic: huiyin/v1/terminals/trm_…/arrivals. */
export function terminalTopic(terminalId: string, name: TopicToTerminal | TopicFromTerminal): string {
  return `huiyin/v1/terminals/${terminalId}/${name}`;
}

const topicPattern = /^huiyin\/v1\/terminals\/(trm_[0-9a-f]{32})\/([A-Za-z]+)$/;
const names: ReadonlyMap<string, TopicToTerminal | TopicFromTerminal> = new Map(
  [...topicsToTerminal, ...topicsFromTerminal].map((name) => [name, name]),
);

/** The terminal and the name of a topic; null where it is none of these. Wildcards are no topic. */
export function parseTerminalTopic(
  topic: string,
): Readonly<{ terminalId: string; name: TopicToTerminal | TopicFromTerminal }> | null {
  const match = topicPattern.exec(topic);
  const name = names.get(match?.[2] ?? "");
  return match?.[1] === undefined || name === undefined ? null : { terminalId: match[1], name };
}
