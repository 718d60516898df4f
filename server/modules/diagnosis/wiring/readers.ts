// The readers of a case file, on the exports of the other modules. Reading happens with an operator's eyes; who may ask is
// settled before.
import { isId } from "../../../kernel/ids.ts";
import { unwrap } from "../../../kernel/result.ts";
import type { Principal } from "../../../platform/principal.ts";
import {
  capabilitiesOf,
  creditStanding,
  effectiveSpan,
  liveState,
  maintenanceBetween,
  type CapabilityView,
} from "../../merchants/index.ts";
import { listPayments, readPayment, readTimeline, type Payment } from "../../payments/index.ts";
import { selectCases } from "../../support/index.ts";
import {
  findTerminal,
  listSessions,
  listTelemetry,
  listViews,
  type Telemetry,
  type TerminalSession,
} from "../../terminals/index.ts";
import { diagnosisLimits as limits } from "../limits.ts";
import type { CapabilityFacts, ChannelHealth, CreditFacts, PaymentFacts, TerminalFacts } from "../model.ts";
import type { Owner } from "../routes.ts";
import type { DiagnosisReaders, Span, TerminalSpan } from "../readers.ts";
import type { SilentCases } from "../silence.ts";
import { readArrivals, type DiagnosisSources } from "./sources.ts";

const platform: Principal = { role: "operator", credentialId: "diagnosis" };

/** To whom a payment or a terminal belongs; null where there is none. */
export function ownerReader({ pg }: Pick<DiagnosisSources, "pg">): (id: string) => Promise<Owner | null> {
  return async (id) => {
    if (isId("trm", id)) {
      const terminal = await findTerminal(pg.batch, { terminalId: id, merchantId: null });
      return terminal && { merchantId: terminal.merchantId, terminalId: id };
    }
    const found = await readPayment({ pg }, platform, id);
    return found.ok ? found.value : null;
  };
}

/** Pages of the open cases of money that nobody heard, over all merchants, newest first, the next one after a case. */
export function openSilentCases({ pg }: Pick<DiagnosisSources, "pg">): SilentCases {
  return (after) => {
    const all = { merchantId: null, paymentId: null, after, before: null };
    const filter = { ...all, kind: "silentArrival", state: "open", limit: limits.silentCasesPage } as const;
    return pg.reader(platform, (tx) => selectCases(tx, filter));
  };
}

/** Every reader, on the exports of the other modules. */
export function createReaders(sources: DiagnosisSources): DiagnosisReaders {
  const { pg, merchants } = sources;
  const { directory } = merchants;
  return {
    merchant: async (merchantId) => {
      const profile = await directory.merchantProfile(merchantId);
      return (
        profile && { id: profile.id, number: profile.number, names: profile.names, state: profile.state }
      );
    },
    credit: (merchantId) => creditFacts(sources, merchantId),
    payment: async (merchantId, paymentId) => {
      const found = await readPayment({ pg }, platform, paymentId);
      return found.ok && found.value.merchantId === merchantId ? paymentFacts(found.value) : null;
    },
    timeline: async (_, paymentId) => {
      const lines = unwrap(await readTimeline({ pg }, platform, paymentId));
      return lines.map(({ at, kind, data }) => ({ at: at.toISOString(), kind, data }));
    },
    paymentsBetween: async (merchantId, span, limit) => {
      const { payments } = await listPayments({ pg }, platform, {
        ...anyPayment,
        ...createdIn(span),
        merchantId,
        limit,
      });
      return payments.map(paymentFacts).toReversed();
    },
    capabilities: async (merchantId) => (await capabilitiesOf({ pg }, merchantId)).map(capabilityFacts),
    live: async (merchantId, product, notBefore) => {
      const live = await liveState(merchants, { merchantId, product }, notBefore);
      if (live?.kind !== "known") return null;
      return { state: live.state, reason: live.reason, askedAt: live.askedAt.toISOString() };
    },
    terminal: (merchantId, terminalId, span) => readTerminal(sources, { merchantId, terminalId, span }),
    arrivals: (merchantId, paymentId) => readArrivals(sources, merchantId, paymentId),
    channelHealth: (channel, span) => readHealth(sources, channel, span),
    windows: async ({ from, to }) =>
      (await maintenanceBetween({ pg }, from, to)).map((window) => {
        const span = effectiveSpan(window);
        return {
          id: window.id,
          scope: window.scope,
          method: window.method,
          route: window.route,
          bank: window.bank,
          from: span.from.toISOString(),
          to: span.to.toISOString(),
          texts: window.texts,
        };
      }),
    cases: async (merchantId, paymentId) => {
      const filter = { ...anyCase, merchantId, paymentId };
      const found = await pg.reader(platform, (tx) => selectCases(tx, filter));
      return found.map(({ id, kind, closing, openedAt }) => ({
        id,
        kind,
        state: closing === null ? "open" : "closed",
        openedAt: openedAt.toISOString(),
      }));
    },
  };
}

const anyCase = { kind: null, state: null, after: null, before: null, limit: limits.casesMax } as const;
const anyPayment = {
  terminalId: null,
  state: null,
  review: null,
  merchantOrderNo: null,
  channelOrderNo: null,
  channelTradeNo: null,
  amountMinor: null,
  after: null,
  before: null,
} as const;

function createdIn({ from, to }: Span): Readonly<{ createdFrom: Date; createdTo: Date }> {
  return { createdFrom: from, createdTo: to };
}

function paymentFacts(payment: Payment): PaymentFacts {
  return {
    id: payment.id,
    terminalId: payment.terminalId,
    amountFen: Number(payment.amount.minor),
    channel: payment.channel,
    state: payment.state,
    code: payment.words?.code ?? null,
    message: payment.words?.message ?? null,
    fundingSource: payment.fundingSource,
    payerCodeMasked: payment.payerCodeMasked ?? "",
    payerAccount: payment.payerAccount,
    refundedFen: Number(payment.refunded.minor),
    lateSuccess: payment.lateSuccess,
    inReview: payment.review !== null,
    createdAt: payment.createdAt.toISOString(),
    paidAt: payment.paidAt?.toISOString() ?? null,
    finishedAt: payment.finishedAt?.toISOString() ?? null,
  };
}

async function creditFacts({ pg }: DiagnosisSources, merchantId: string): Promise<CreditFacts | null> {
  const standing = await creditStanding({ pg }, merchantId);
  if (!standing.ok) return null;
  const { creditAcceptance: acceptance, history } = standing.value;
  return {
    acceptance,
    history: history.map((line) => ({
      at: line.at.toISOString(),
      acceptance: line.creditAcceptance,
      reason: line.reason,
    })),
  };
}

function capabilityFacts(view: CapabilityView): CapabilityFacts {
  const history = view.history.map(({ at, stateBefore, state, source, reason }) => ({
    at: at.toISOString(),
    stateBefore,
    state,
    source,
    reason,
  }));
  return { product: view.product, state: view.state, history, live: null };
}

async function readTerminal(
  { pg, world }: DiagnosisSources,
  wanted: Readonly<{ merchantId: string; terminalId: string; span: TerminalSpan }>,
): Promise<TerminalFacts | null> {
  const { merchantId, terminalId, span } = wanted;
  const now = world.now();
  const filter = {
    terminalId,
    merchantId,
    storeId: null,
    state: null,
    after: null,
    before: null,
    now,
    limit: 1,
  };
  const [view] = await listViews(pg.batch, filter);
  if (!view) return null;
  const sessions = await listSessions(pg.batch, {
    terminalId,
    from: span.from,
    to: span.to,
    limit: limits.sessionsMax,
  });
  const before = { terminalId, until: span.moment, limit: 1 };
  const [telemetry] = await listTelemetry(pg.batch, before);
  return {
    id: view.id,
    name: view.name,
    state: view.state,
    online: view.online ? "yes" : "no",
    lastSeenAt: view.lastSeenAt?.toISOString() ?? null,
    sessions: sessions.toReversed().map((session) => sessionFacts(session, now)),
    telemetry: telemetry ? telemetryFacts(telemetry) : null,
  };
}

function telemetryFacts(telemetry: Telemetry): TerminalFacts["telemetry"] {
  const word = (value: boolean | null): "yes" | "no" | null => (value === null ? null : value ? "yes" : "no");
  return {
    at: telemetry.at.toISOString(),
    batteryPercent: telemetry.batteryPercent,
    charging: word(telemetry.charging),
    volumePercent: telemetry.volumePercent,
    muted: word(telemetry.muted),
  };
}

/** A session whose process stopped vouching for it ended when its lease did, even if nobody has written that down yet. */
function sessionFacts(
  { openedAt, closedAt, leaseUntil }: TerminalSession,
  now: Date,
): TerminalFacts["sessions"][number] {
  const to = closedAt ?? (leaseUntil < now ? leaseUntil : null);
  return { from: openedAt.toISOString(), to: to?.toISOString() ?? null };
}

/** A payment that the channel gave a trade number, took or refused was answered; one it never acknowledged was not. */
async function readHealth(
  { pg }: DiagnosisSources,
  channel: PaymentFacts["channel"],
  span: Span,
): Promise<ChannelHealth | null> {
  if (span.from >= span.to) return null;
  const question = { ...anyPayment, ...createdIn(span), merchantId: null, limit: limits.healthPaymentsMax };
  const { payments } = await listPayments({ pg }, platform, question);
  const own = payments.filter((payment) => payment.channel === channel);
  const unclear = own.filter(
    (payment) =>
      (payment.state === "processing" || payment.state === "closed") && payment.channelTradeNo === null,
  );
  return {
    channel,
    from: span.from.toISOString(),
    to: span.to.toISOString(),
    answered: own.length - unclear.length,
    unclear: unclear.length,
  };
}
