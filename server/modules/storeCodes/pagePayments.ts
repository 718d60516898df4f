// Paying on the phone that has the page open, asked of routing, the channel and the payments module.
import type { BaseLogger } from "pino";
import type { ChannelCode } from "@huiyin/contract/words.ts";
import type { Channel, ChannelAccount, ChannelIo } from "../../channels/port.ts";
import type { PayerPages } from "../../channels/payerPages.ts";
import { unreachable } from "../../kernel/assert.ts";
import { refuse, success, type Result } from "../../kernel/result.ts";
import type { World } from "../../kernel/world.ts";
import type { Pg } from "../../platform/pg/pg.ts";
import type { MerchantDirectory } from "../merchants/index.ts";
import { pageTicketPrefix, readPayment, type Payment, type Payments } from "../payments/index.ts";
import type { Question, Routing } from "../routing/index.ts";
import { staticCodeAmountMax } from "./model.ts";
import type { PagePayments, PageWish, PaymentInPage } from "./service.ts";
import type { AskedThrough } from "./session.ts";
import { stateInPage } from "./state.ts";
import { createTurns, type Turns } from "./turns.ts";

export type PagePaymentsDeps = Readonly<{
  pg: Pg;
  world: World;
  log: BaseLogger;
  transport: ChannelIo["transport"];
  channels: ReadonlyMap<ChannelCode, Channel>;
  directory: Pick<MerchantDirectory, "merchantProfile" | "accountRoutes">;
  routing: Pick<Routing, "choose" | "accountOf">;
  /** Asks the channel about an open payment now. */
  ask: Payments["ask"];
}>;

type At = Parameters<PagePayments["question"]>[0];

export function createPagePayments(deps: PagePaymentsDeps): PagePayments {
  const turns = createTurns(deps.world);
  return {
    question: (at, back) => question(deps, at, back),
    serves: (at, through) => serves(deps, at, through),
    payerOf: (at, through, code) => payerOf(deps, at, through, code),
    paymentOf: (key, wish) => paymentOf(deps, turns, key, wish),
  };
}

async function question(
  deps: PagePaymentsDeps,
  { merchantId, storeId, channel }: At,
  back: Parameters<PagePayments["question"]>[1],
): ReturnType<PagePayments["question"]> {
  const pages = deps.channels.get(channel)?.payerPages;
  const profile = await deps.directory.merchantProfile(merchantId);
  // An order in a page cannot keep credit out, and a code can.
  if (pages === undefined || profile === null || profile.creditAcceptance === "refused") return null;
  const chosen = await deps.routing.choose(askedOf(deps, { merchantId, storeId, channel }));
  // What stands against every account is said when the payment is begun, as of any wallet.
  if (!chosen.ok || pages.offeredBy(chosen.value.account) === "no") return null;
  const { account, route } = chosen.value;
  return {
    ...{ route, audience: pages.audienceOf(account) },
    authorizeUrl: pages.authorizeUrl(account, back),
  };
}

/** Nobody has typed an amount yet: rules are read as for the most that a printed code takes. */
function askedOf({ world }: PagePaymentsDeps, { merchantId, storeId, channel }: At): Question {
  return {
    ...{ merchantId, channel, storeId, method: "shownCode" },
    ...{ paymentId: world.newId("pay"), amountFen: staticCodeAmountMax.minor, at: world.now() },
  };
}

async function serves(deps: PagePaymentsDeps, at: At, through: AskedThrough): Promise<"yes" | "no"> {
  const profile = await deps.directory.merchantProfile(at.merchantId);
  // An order in a page cannot keep credit out, as above.
  if (profile === null || profile.creditAcceptance === "refused") return "no";
  if ((await accountOf(deps, at, through)) === null) return "no";
  const chosen = await deps.routing.choose({ ...askedOf(deps, at), onlyRoute: through.route });
  return chosen.ok ? "yes" : "no";
}

async function payerOf(
  deps: PagePaymentsDeps,
  at: At,
  through: AskedThrough,
  code: string,
): Promise<Result<string>> {
  const found = await accountOf(deps, at, through);
  if (found === null) return refuse("payer_page_over");
  const io = { now: () => deps.world.now(), transport: deps.transport };
  const outcome = await found.pages.payerOf(io, found.account, code);
  const { merchantId, channel } = at;
  const event = { event: "payer_asked", merchantId, channel, outcome: outcome.kind };
  switch (outcome.kind) {
    case "known":
      deps.log.info(event, "a wallet told who holds it");
      return success(outcome.payerId);
    case "refused":
      deps.log.warn({ ...event, code: outcome.words.code }, "a wallet did not tell who holds it");
      return outcome.fault === "code"
        ? refuse("payer_page_code_spent")
        : refuse("payer_page_account_wrong", { code: outcome.words.code });
    case "unknown":
      deps.log.warn(
        { ...event, reason: outcome.reason },
        "a wallet’s network gave no answer that can be read",
      );
      return refuse("payer_page_no_answer");
    default:
      return unreachable(outcome);
  }
}

/** The very account through which the wallet was asked; null where it is not in force, or is another one by now. */
async function accountOf(
  deps: PagePaymentsDeps,
  { merchantId, channel }: At,
  { route, audience }: AskedThrough,
): Promise<Readonly<{ account: ChannelAccount; pages: PayerPages }> | null> {
  const pages = deps.channels.get(channel)?.payerPages;
  const routes = await deps.directory.accountRoutes(merchantId, channel);
  const account = routes.find((one) => one.route === route && one.state === "active")?.account;
  if (pages === undefined || account === undefined) return null;
  const same = pages.offeredBy(account) === "yes" && pages.audienceOf(account) === audience;
  return same ? { account, pages } : null;
}

async function paymentOf(
  deps: PagePaymentsDeps,
  turns: Turns,
  { merchantId, paymentId }: Parameters<PagePayments["paymentOf"]>[0],
  wish: PageWish,
): Promise<PaymentInPage | null> {
  const reader = { role: "merchant", merchantId, credentialId: "printed code" } as const;
  const read = await readPayment(deps, reader, paymentId);
  if (!read.ok) return null;
  const state = stateInPage(read.value, deps.world.now());
  if (state !== "waiting" || wish === "state") return { state, call: null };
  if (wish === "call") return { state, call: await callOf(deps, read.value) };
  if (turns.take(paymentId) === "refused" || (await deps.ask(read.value)) === "silent")
    return { state, call: null };
  const told = await readPayment(deps, reader, paymentId);
  const after = told.ok ? stateInPage(told.value, deps.world.now()) : "unclear";
  return { state: after === "waiting" ? "unpaid" : after, call: null };
}

async function callOf(deps: PagePaymentsDeps, payment: Payment): Promise<PaymentInPage["call"]> {
  const { merchantId, channel, id, codeUrl } = payment;
  const pages = deps.channels.get(channel)?.payerPages;
  const account = await deps.routing.accountOf(merchantId, channel, id);
  if (pages === undefined || account === null || !codeUrl?.startsWith(pageTicketPrefix)) return null;
  return pages.bridgeCall({ now: () => deps.world.now() }, account, codeUrl.slice(pageTicketPrefix.length));
}
