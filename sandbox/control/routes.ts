// The control calls: wallets, payer codes, approvals, faults, clock, books, credentials. Ours, not Alipay’s.
import { refuse, unwrap, type Result } from "@huiyin/server/kernel/result.ts";
import { rfc3339 } from "@huiyin/server/kernel/time.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { AlipayWorld } from "../alipay/world.ts";
import type { Funding, Wallet } from "../book/model.ts";
import type { NewWallet, WalletChanges } from "../book/people.ts";
import type { Scope } from "../faults/model.ts";
import type { ComposedWorld } from "../world/model.ts";
import { answerRoutes } from "./answerRoutes.ts";
import { merchantRoutes } from "./merchantRoutes.ts";
import * as schemas from "./schemas.ts";
import { booksView, faultView, paymentsOf, tradeView, walletView } from "./views.ts";

export type ControlDeps = Readonly<{
  /** The simulated Alipay. */
  world: AlipayWorld;
  /** Every network, Alipay first. */
  worlds: readonly ComposedWorld[];
  clock: Clock;
  /** Everything an independent SDK needs to be this merchant; the first merchant where none is named. */
  credentials: (appId: string | null) => Promise<Result<Readonly<Record<string, unknown>>>>;
}>;

/** Only whoever knows the control token, or the wallet page. */
const config = { roles: ["operator"] as const };
const tags = ["sandbox"];
const paymentsShown = 50;

/** Registers every control call. */
export function controlRoutes(app: HttpApp, deps: ControlDeps): void {
  walletRoutes(app, deps);
  payerRoutes(app, deps);
  faultRoutes(app, deps);
  clockRoutes(app, deps);
  bookRoutes(app, deps);
  merchantRoutes(app, deps);
  answerRoutes(app, deps);
}

function walletRoutes(app: HttpApp, { world }: ControlDeps): void {
  app.get("/control/wallets", { schema: { tags, summary: "Every payer" }, config }, async () => {
    world.passTime();
    return { items: [...world.book.wallets.values()].map((wallet) => walletView(world.book, wallet)) };
  });

  const creation = { tags, summary: "A new payer", body: schemas.NewWalletBody };
  app.post("/control/wallets", { schema: creation, config }, async (request, reply) => {
    const wallet = unwrap(world.openWallet(newWallet(request.body)));
    return reply.code(201).send(walletView(world.book, wallet));
  });

  const reading = { tags, summary: "One payer", params: schemas.WalletParams };
  app.get("/control/wallets/:walletId", { schema: reading, config }, async (request) => {
    world.passTime();
    return walletView(world.book, walletIn(world, request.params.walletId));
  });

  const change = { tags, summary: "Change a payer", params: schemas.WalletParams, body: schemas.WalletPatch };
  app.patch("/control/wallets/:walletId", { schema: change, config }, async (request) => {
    const wallet = unwrap(world.changeWallet(request.params.walletId, walletChanges(request.body)));
    return walletView(world.book, wallet);
  });
}

function payerRoutes(app: HttpApp, { world, clock }: ControlDeps): void {
  const code = {
    tags,
    summary: "A fresh payer code",
    params: schemas.WalletParams,
    body: schemas.PayerCodeBody,
  };
  app.post("/control/wallets/:walletId/payer-code", { schema: code, config }, async (request, reply) => {
    const { walletId } = request.params;
    const funding = request.body?.funding;
    if (funding !== undefined) unwrap(world.changeWallet(walletId, { funding: funding as Funding }));
    const shown = unwrap(world.showCode(walletId));
    // The digits alone, for a shell.
    if (request.headers.accept === "text/plain") return reply.code(201).type("text/plain").send(shown.code);
    return reply.code(201).send({
      code: shown.code,
      walletId,
      issuedAt: rfc3339(new Date(shown.issuedAtMs)),
      expiresAt: rfc3339(new Date(shown.expiresAtMs)),
      secondsLeft: Math.max(0, Math.ceil((shown.expiresAtMs - clock.now().getTime()) / 1_000)),
    });
  });

  const payments = { tags, summary: "What this payer paid, newest first", params: schemas.WalletParams };
  app.get("/control/wallets/:walletId/payments", { schema: payments, config }, async (request) => {
    world.passTime();
    const wallet = walletIn(world, request.params.walletId);
    return paymentsOf(world.book, wallet.id, paymentsShown);
  });

  const approval = {
    tags,
    summary: "The payer types the password",
    params: schemas.WalletParams,
    body: schemas.ApprovalBody,
  };
  app.post("/control/wallets/:walletId/approvals", { schema: approval, config }, async (request) => {
    world.passTime();
    const wallet = walletIn(world, request.params.walletId);
    const tradeNo = request.body.tradeNo ?? waitingTradeOf(world, wallet);
    if (tradeNo === undefined) return unwrap(refuse("sandbox_nothing_to_approve", { status: "—" }));
    const { password } = request.body;
    const outcome = unwrap(world.approve({ walletId: wallet.id, tradeNo, password }));
    if (outcome.kind === "wrongPassword") {
      return unwrap(refuse("sandbox_password_wrong", { attemptsLeft: outcome.attemptsLeft }));
    }
    if (outcome.kind === "refused")
      return unwrap(refuse("sandbox_payer_cannot_pay", { reason: outcome.reason }));
    return tradeView(world.book, outcome.trade);
  });
}

function faultRoutes(app: HttpApp, { world, clock }: ControlDeps): void {
  const { faults } = world;
  const list = { tags, summary: "Every fault with its switch" };
  app.get("/control/faults", { schema: list, config }, async () => ({ items: faults.list().map(faultView) }));

  const on = { tags, summary: "Switch a fault on", params: schemas.FaultParams, body: schemas.FaultBody };
  app.put("/control/faults/:faultId", { schema: on, config }, async (request) => {
    const scope = scopeOf(request.body ?? {}, clock.now());
    return faultView(unwrap(faults.switchOn(request.params.faultId, scope)));
  });

  const off = {
    tags,
    summary: "Switch a fault off",
    params: schemas.FaultParams,
    querystring: schemas.FaultTargetQuery,
  };
  app.delete("/control/faults/:faultId", { schema: off, config }, async (request) => {
    const targetId = request.query.appId ?? request.query.walletId ?? null;
    return faultView(unwrap(faults.switchOff(request.params.faultId, targetId)));
  });
}

function clockRoutes(app: HttpApp, { clock, world }: ControlDeps): void {
  const show = { tags, summary: "The time of the sandbox and of the platform beside it" };
  app.get("/control/clock", { schema: show, config }, async () => ({ now: rfc3339(clock.now()) }));

  const move = {
    tags,
    summary: "Move the clock on, for the sandbox and the platform together",
    body: schemas.ClockBody,
  };
  app.post("/control/clock", { schema: move, config }, async (request) => {
    clock.advance(request.body.advanceSeconds * 1_000);
    world.passTime();
    return { now: rfc3339(clock.now()) };
  });
}

function bookRoutes(app: HttpApp, { world, clock, credentials }: ControlDeps): void {
  const books = {
    tags,
    summary: "What the channel believes",
    params: schemas.ChannelParams,
    querystring: schemas.BooksQuery,
  };
  app.get("/control/books/:channel", { schema: books, config }, async (request) => {
    world.passTime();
    const { outTradeNo = null, appId = null, newest = null } = request.query;
    return booksView(world, { outTradeNo, appId, newest }, clock.now());
  });

  const keys = {
    tags,
    summary: "Everything an independent SDK needs to be a sandbox merchant",
    params: schemas.ChannelParams,
    querystring: schemas.CredentialsQuery,
  };
  app.get("/control/credentials/:channel", { schema: keys, config }, async (request, reply) => {
    const found = unwrap(await credentials(request.query.appId ?? null));
    return reply.header("cache-control", "no-store").send(found);
  });
}

function walletIn(world: AlipayWorld, walletId: string): Wallet {
  return world.book.wallets.get(walletId) ?? unwrap(refuse("not_found", { what: walletId }));
}

/** The oldest trade that waits for this payer. */
function waitingTradeOf(world: AlipayWorld, wallet: Wallet): string | undefined {
  return [...world.book.waiting].find((tradeNo) => world.book.trades.get(tradeNo)?.walletId === wallet.id);
}

const passwordAboveFenDefault = 100_000;
const passwordDefault = "123456";

function newWallet(body: schemas.NewWalletBody): NewWallet {
  return {
    name: body.name,
    balanceFen: BigInt(body.balance ?? 0),
    huabeiLimitFen: BigInt(body.huabei?.limit ?? 0),
    huabeiUsedFen: BigInt(body.huabei?.used ?? 0),
    huabeiState: body.huabei?.state ?? (body.huabei === undefined ? "closed" : "open"),
    cards: (body.cards ?? []).map(({ kind, bank, tail, available }) => ({
      kind,
      bankName: bank,
      tail,
      limitFen: kind === "credit" ? BigInt(available) : 0n,
      balanceFen: kind === "debit" ? BigInt(available) : 0n,
    })),
    funding: (body.funding ?? "balance") as Funding,
    state: body.state ?? "normal",
    passwordAboveFen: BigInt(body.passwordAbove ?? passwordAboveFenDefault),
    password: body.password ?? passwordDefault,
  };
}

function walletChanges(body: schemas.WalletPatch): WalletChanges {
  const { name, state, funding, balance, huabei, passwordAbove, password } = body;
  return {
    ...(name === undefined ? {} : { name }),
    ...(state === undefined ? {} : { state }),
    ...(funding === undefined ? {} : { funding: funding as Funding }),
    ...(balance === undefined ? {} : { balanceFen: BigInt(balance) }),
    ...(huabei?.limit === undefined ? {} : { huabeiLimitFen: BigInt(huabei.limit) }),
    ...(huabei?.state === undefined ? {} : { huabeiState: huabei.state }),
    ...(passwordAbove === undefined ? {} : { passwordAboveFen: BigInt(passwordAbove) }),
    ...(password === undefined ? {} : { password }),
  };
}

function scopeOf(body: Exclude<schemas.FaultBody, null>, now: Date): Scope {
  return {
    appId: body.appId ?? null,
    walletId: body.walletId ?? null,
    operations: body.operations ?? null,
    remaining: body.nextRequests ?? null,
    delayMs: body.delaySeconds === undefined ? null : body.delaySeconds * 1_000,
    untilMs: body.forSeconds === undefined ? null : now.getTime() + body.forSeconds * 1_000,
  };
}
