// Who may open an MQTT session and which topics it may use: a terminal, with its key, and its own topics only.
import { parseTerminalTopic, topicsFromTerminal, topicsToTerminal } from "@huiyin/contract/events/topics.ts";
import { mqttPasswordBase, parseMqttPassword } from "@huiyin/contract/signature.ts";
import { RefusalError } from "../../../kernel/result.ts";
import type { ConnectAttempt, ConnectDecision, Gate } from "../../../platform/mqtt/port.ts";
import type { Prover } from "./service.ts";

const readable: ReadonlySet<string> = new Set(topicsToTerminal);
const writable: ReadonlySet<string> = new Set(topicsFromTerminal);

/** The client id is the terminal's id, so that nobody can take over a session with another's key. */
export function createTerminalGate(deps: Readonly<{ prover: Prover }>): Gate {
  return {
    authenticate: (attempt) => authenticate(deps, attempt),
    mayPublish: (clientId, topic) => isOwn(clientId, topic, writable),
    maySubscribe: (clientId, filter) => isOwn(clientId, filter, readable),
  };
}

/** A filter with a wildcard is no topic of anybody. */
function isOwn(clientId: string, topic: string, names: ReadonlySet<string>): boolean {
  const parsed = parseTerminalTopic(topic);
  return parsed !== null && parsed.terminalId === clientId && names.has(parsed.name);
}

async function authenticate(
  deps: Readonly<{ prover: Prover }>,
  attempt: ConnectAttempt,
): Promise<ConnectDecision> {
  const { clientId, username, password } = attempt;
  if (username === null || password === null) return denied("username and password are required");
  if (clientId !== username) return denied("the client id must be the terminal's id, as the username is");
  const parsed = parseMqttPassword(password);
  if (parsed === null) return denied("the password is not v1.created.nonce.signature");
  const { createdSeconds, nonce, signature } = parsed;
  const message = mqttPasswordBase(username, parsed);
  try {
    const proved = await deps.prover.prove({
      terminalId: username,
      createdSeconds,
      nonce,
      message,
      signature,
    });
    if (proved.ok) return { ok: true };
    const kind = proved.refusal.code === "terminal_suspended" ? "forbidden" : "credentials";
    return { ok: false, kind, reason: proved.refusal.code };
  } catch (error) {
    if (error instanceof RefusalError) return { ok: false, kind: "unavailable", reason: error.refusal.code };
    throw error;
  }
}

function denied(reason: string): ConnectDecision {
  return { ok: false, kind: "credentials", reason };
}
