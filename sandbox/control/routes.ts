// The control calls: wallets, payer codes, approvals, faults, clock, books, credentials. Ours, not Alipay’s.
import { refuse, unwrap } from "@huiyin/server/kernel/result.ts";
import { rfc3339 } from "@huiyin/server/kernel/time.ts";
import type { Clock } from "@huiyin/server/platform/clock.ts";
import type { HttpApp } from "@huiyin/server/platform/http/typeProvider.ts";
import type { AlipayWorld } from "../alipay/world.ts";
import type { Funding, Wallet } from "../book/model.ts";
import type { NewWallet, WalletChanges } from "../book/people.ts";
import { paidBy } from "../world/approval.ts";
import type { ComposedWorld, World } from "../world/model.ts";
import { answerRoutes } from "./answerRoutes.ts";
import { faultRoutes } from "./faultRoutes.ts";
import { composedAt, walletIn, worldAt } from "./directory.ts";
import { merchantRoutes } from "./merchantRoutes.ts";
import * as schemas from "./schemas.ts";
import { booksView, paymentsOf, tradeView, walletView } from "./views.ts";

export type ControlDeps = Readonly<{
  /** The simulated Alipay. */
  world: AlipayWorld;
  /** Every network, Alipay first. */
  worlds: readonly ComposedWorld[];
  clock: Clock;
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

function walletRoutes(app: HttpApp, { worlds }: ControlDeps): void {
  const list = { tags, summary: "Every payer at a network", querystring: schemas.ChannelQuery };
  app.get("/control/wallets", { schema: list, config }, async (request) => {
    const world = worldAt(worlds, request.query.channel);
    world.passTime();
    return { items: [...world.book.wallets.values()].map((wallet) => walletView(world.book, wallet)) };
  });

  const creation = { tags, summary: "A new payer", body: schemas.NewWalletBody };
  app.post("/control/wallets", { schema: creation, config }, async (request, reply) => {
    const world = worldAt(worlds, request.body.channel);
    const wallet = unwrap(world.openWallet(newWallet(request.body)));
    return reply.code(201).send(walletView(world.book, wallet));
  });

  const reading = { tags, summary: "One payer", params: schemas.WalletParams };
  app.get("/control/wallets/:walletId", { schema: reading, config }, async (request) => {
    const { world } = walletIn(worlds, request.params.walletId);
    world.passTime();
    return walletView(world.book, walletIn(worlds, request.params.walletId).wallet);
  });

  const change = { tags, summary: "Change a payer", params: schemas.WalletParams, body: schemas.WalletPatch };
  app.patch("/control/wallets/:walletId", { schema: change, config }, async (request) => {
    const { walletId } = request.params;
    const { world } = walletIn(worlds, walletId);
    return walletView(world.book, unwrap(world.changeWallet(walletId, walletChanges(request.body))));
  });
}

function payerRoutes(app: HttpApp, { worlds, clock }: ControlDeps): void {
  const code = {
    tags,
    summary: "A fresh payer code",
    params: schemas.WalletParams,
    body: schemas.PayerCodeBody,
  };
  app.post("/control/wallets/:walletId/payer-code", { schema: code, config }, async (request, reply) => {
    const { walletId } = request.params;
    const { world } = walletIn(worlds, walletId);
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
    const { world, wallet } = walletIn(worlds, request.params.walletId);
    world.passTime();
    return paymentsOf(world.book, wallet.id, paymentsShown);
  });

  const approval = {
    tags,
    summary: "The payer types the password",
    params: schemas.WalletParams,
    body: schemas.ApprovalBody,
  };
  app.post("/control/wallets/:walletId/approvals", { schema: approval, config }, async (request) => {
    const { world, wallet } = walletIn(worlds, request.params.walletId);
    world.passTime();
    const tradeNo = request.body.tradeNo ?? waitingTradeOf(world, wallet);
    if (tradeNo === undefined) return unwrap(refuse("sandbox_nothing_to_approve", { status: "—" }));
    const { password } = request.body;
    const outcome = unwrap(world.approve({ walletId: wallet.id, tradeNo, password }));
    return tradeView(world.book, unwrap(paidBy(outcome)));
  });
}

function clockRoutes(app: HttpApp, { clock, worlds }: ControlDeps): void {
  const show = { tags, summary: "The time of the sandbox and of the platform beside it" };
  app.get("/control/clock", { schema: show, config }, async () => ({ now: rfc3339(clock.now()) }));

  const move = {
    tags,
    summary: "Move the clock on, for the sandbox and the platform together",
    body: schemas.ClockBody,
  };
  app.post("/control/clock", { schema: move, config }, async (request) => {
    clock.advance(request.body.advanceSeconds * 1_000);
    for (const { world } of worlds) world.passTime();
    return { now: rfc3339(clock.now()) };
  });
}

function bookRoutes(app: HttpApp, { worlds, clock }: ControlDeps): void {
  const books = {
    tags,
    summary: "What the channel believes",
    params: schemas.ChannelParams,
    querystring: schemas.BooksQuery,
  };
  app.get("/control/books/:channel", { schema: books, config }, async (request) => {
    const world = worldAt(worlds, request.params.channel);
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
    const { credentials } = composedAt(worlds, request.params.channel);
    const found = unwrap(await credentials(request.query.appId ?? null));
    return reply.header("cache-control", "no-store").send(found);
  });

  const list = { tags, summary: "The networks that this sandbox simulates" };
  app.get("/control/channels", { schema: list, config }, async () => ({
    items: worlds.map(({ network }) => ({ channel: network })),
  }));
}

/** The oldest trade that waits for this payer. */
function waitingTradeOf(world: World, wallet: Wallet): string | undefined {
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
