// Terminals as the HTTP contract writes them.
import type {
  TelemetryReport,
  Terminal as TerminalSchema,
  TerminalSession as SessionSchema,
} from "@huiyin/contract/api/terminals.ts";
import { rfc3339 } from "../../kernel/time.ts";
import type { Telemetry, TerminalSession, TerminalView } from "./model.ts";

export function terminalView(terminal: TerminalView): TerminalSchema {
  const { id, merchantId, storeId, name, no, kind, state, announce, model, appVersion, online } = terminal;
  return {
    ...{ id, merchantId, storeId, name, no, kind, state, announce, model, appVersion, online },
    lastSeenAt: terminal.lastSeenAt && rfc3339(terminal.lastSeenAt),
    telemetry: terminal.telemetry && telemetryView(terminal.telemetry),
    createdAt: rfc3339(terminal.createdAt),
    activatedAt: terminal.activatedAt && rfc3339(terminal.activatedAt),
  };
}

/** What a terminal cannot measure is left out. */
export function telemetryView(telemetry: Telemetry): TelemetryReport {
  const { at, ...measured } = telemetry;
  const known = Object.entries(measured).filter(([, value]) => value !== null);
  return { at: rfc3339(at), ...(Object.fromEntries(known) as Omit<TelemetryReport, "at">) };
}

export function sessionView(session: TerminalSession): SessionSchema {
  const { id, closeReason, detail, transport } = session;
  const openedAt = rfc3339(session.openedAt);
  return {
    id,
    openedAt,
    closedAt: session.closedAt && rfc3339(session.closedAt),
    closeReason,
    detail,
    transport,
  };
}
