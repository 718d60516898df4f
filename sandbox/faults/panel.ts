// The switchboard: switches faults on and off by id and tells which are on, whichever layer they live in.
import { refuse, success, type Result } from "@huiyin/server/kernel/result.ts";
import type { Store } from "../world/store.ts";
import type { Network } from "../book/network.ts";
import { faultOf, faults } from "./catalogue.ts";
import { networksOf, type BookFault, type Fault, type Scope } from "./model.ts";

export type FaultView = Readonly<{
  id: string;
  layer: Fault["layer"];
  title: Fault["title"];
  changes: Fault["changes"];
  /** The networks at which it exists. */
  networks: readonly Network[];
  /** Where a fault of the books lies: in merchants or in wallets. */
  place: "appId" | "walletId" | null;
  state: "on" | "off";
  /** The merchants or wallets in which it was planted and has not been repaired since. */
  lies: readonly string[];
  /** The scope of a fault that is on and not of the books. */
  scope: Scope | null;
}>;

export type FaultPanel = Readonly<{
  list(): FaultView[];
  /** Switches a fault on, or changes its scope. A fault of the books is planted where the scope says, otherwise everywhere. */
  switchOn(faultId: string, scope: Scope): Result<FaultView>;
  /** Switches it off: a fault of the books wherever it was planted, or only in `targetId`. */
  switchOff(faultId: string, targetId: string | null): Result<FaultView>;
}>;

export type PanelDeps = Readonly<{ store: Store; now: () => Date }>;

/** The panel over a world’s store. */
export function createFaultPanel(deps: PanelDeps): FaultPanel {
  return {
    list: () => faults.filter((fault) => existsAt(deps, fault)).map((fault) => viewOf(deps, fault)),
    switchOn: (faultId, scope) => {
      const fault = faultOf.get(faultId);
      if (fault === undefined || !existsAt(deps, fault)) return refuse("not_found", { what: faultId });
      if (fault.layer === "books") return plant(deps, fault, scope);
      const now = deps.now();
      deps.store.commit(
        [{ kind: "faultSwitchedOn", switch: { faultId, scope, setAtMs: now.getTime() } }],
        now,
      );
      return success(viewOf(deps, fault));
    },
    switchOff: (faultId, targetId) => {
      const fault = faultOf.get(faultId);
      if (fault === undefined || !existsAt(deps, fault)) return refuse("not_found", { what: faultId });
      if (fault.layer === "books") return heal(deps, fault, targetId);
      if (deps.store.state.switches.has(faultId)) {
        deps.store.commit([{ kind: "faultSwitchedOff", faultId }], deps.now());
      }
      return success(viewOf(deps, fault));
    },
  };
}

function existsAt({ store }: PanelDeps, fault: Fault): boolean {
  return networksOf(fault).includes(store.state.book.network);
}

function plant(deps: PanelDeps, fault: BookFault, scope: Scope): Result<FaultView> {
  const { book } = deps.store.state;
  const named = scope[fault.place];
  const all = fault.place === "appId" ? book.merchants.keys() : book.wallets.keys();
  const already = fault.lies(book);
  for (const targetId of named === null ? [...all] : [named]) {
    // Whoever is in this condition by nature keeps it when the fault is healed.
    if (already.includes(targetId)) continue;
    const facts = fault.plant(book, targetId);
    if (!facts.ok) return facts;
    deps.store.commit(
      [...facts.value.events, { kind: "faultPlanted", faultId: fault.id, targetId }],
      deps.now(),
    );
  }
  return success(viewOf(deps, fault));
}

function heal(deps: PanelDeps, fault: BookFault, targetId: string | null): Result<FaultView> {
  const { book, plants } = deps.store.state;
  const planted = [...(plants.get(fault.id) ?? [])];
  for (const place of targetId === null ? planted : planted.filter((each) => each === targetId)) {
    const facts = fault.heal(book, place);
    if (!facts.ok) return facts;
    const healed = { kind: "faultHealed", faultId: fault.id, targetId: place } as const;
    deps.store.commit([...facts.value.events, healed], deps.now());
  }
  return success(viewOf(deps, fault));
}

function viewOf(deps: PanelDeps, fault: Fault): FaultView {
  const { id, layer, title, changes } = fault;
  const networks = networksOf(fault);
  const { book, plants, switches } = deps.store.state;
  if (fault.layer === "books") {
    const planted = plants.get(id) ?? new Set();
    const lies = fault.lies(book).filter((targetId) => planted.has(targetId));
    const state = lies.length > 0 ? "on" : "off";
    return { id, layer, title, changes, networks, place: fault.place, state, lies, scope: null };
  }
  const scope = switches.get(id)?.scope ?? null;
  const on = scope !== null && (scope.untilMs ?? Infinity) > deps.now().getTime();
  return {
    id,
    layer,
    title,
    changes,
    networks,
    place: null,
    state: on ? "on" : "off",
    lies: [],
    scope: on ? scope : null,
  };
}
