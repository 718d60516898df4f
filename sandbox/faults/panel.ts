// The switchboard: switches faults on and off by id and tells which are on, whichever layer they live in.
import { refuse, success, type Result } from "@huiyin/server/kernel/result.ts";
import type { Store } from "../alipay/store.ts";
import { faultOf, faults } from "./catalogue.ts";
import type { BookFault, Fault, Scope } from "./model.ts";

export type FaultView = Readonly<{
  id: string;
  layer: Fault["layer"];
  title: Fault["title"];
  changes: Fault["changes"];
  /** What a fault of the books must be planted in. */
  needs: "appId" | "walletId" | null;
  state: "on" | "off";
  /** The merchants or wallets in which a fault of the books lies. */
  lies: readonly string[];
  /** The scope of a fault that is on and not of the books. */
  scope: Scope | null;
}>;

export type FaultPanel = Readonly<{
  list(): FaultView[];
  /** Switches a fault on, or changes its scope. A fault of the books needs the merchant or wallet it is to lie in. */
  switchOn(faultId: string, scope: Scope): Result<FaultView>;
  /** Switches it off: for a fault of the books everywhere, or only where `targetId` says. */
  switchOff(faultId: string, targetId: string | null): Result<FaultView>;
}>;

export type PanelDeps = Readonly<{ store: Store; now: () => Date }>;

/** The panel over a world’s store. */
export function createFaultPanel(deps: PanelDeps): FaultPanel {
  const { store } = deps;
  const view = (fault: Fault): FaultView => viewOf(deps, fault);

  const plant = (fault: BookFault, scope: Scope): Result<FaultView> => {
    const targetId = scope[fault.needs];
    if (targetId === null)
      return refuse("sandbox_fault_scope_needed", { fault: fault.id, field: fault.needs });
    const facts = fault.plant(store.state.book, targetId);
    if (!facts.ok) return facts;
    store.commit(facts.value.events, deps.now());
    return success(view(fault));
  };

  const heal = (fault: BookFault, targetId: string | null): Result<FaultView> => {
    for (const place of targetId === null ? fault.lies(store.state.book) : [targetId]) {
      const facts = fault.heal(store.state.book, place);
      if (!facts.ok) return facts;
      store.commit(facts.value.events, deps.now());
    }
    return success(view(fault));
  };

  return {
    list: () => faults.map(view),
    switchOn: (faultId, scope) => {
      const fault = faultOf.get(faultId);
      if (fault === undefined) return refuse("not_found", { what: faultId });
      if (fault.layer === "books") return plant(fault, scope);
      const now = deps.now();
      store.commit([{ kind: "faultSwitchedOn", switch: { faultId, scope, setAtMs: now.getTime() } }], now);
      return success(view(fault));
    },
    switchOff: (faultId, targetId) => {
      const fault = faultOf.get(faultId);
      if (fault === undefined) return refuse("not_found", { what: faultId });
      if (fault.layer === "books") return heal(fault, targetId);
      if (store.state.switches.has(faultId))
        store.commit([{ kind: "faultSwitchedOff", faultId }], deps.now());
      return success(view(fault));
    },
  };
}

function viewOf(deps: PanelDeps, fault: Fault): FaultView {
  const { id, layer, title, changes } = fault;
  if (fault.layer === "books") {
    const lies = fault.lies(deps.store.state.book);
    return {
      id,
      layer,
      title,
      changes,
      needs: fault.needs,
      state: lies.length > 0 ? "on" : "off",
      lies,
      scope: null,
    };
  }
  const scope = deps.store.state.switches.get(id)?.scope ?? null;
  const over = scope?.untilMs != null && scope.untilMs <= deps.now().getTime();
  const on = scope !== null && !over;
  return {
    id,
    layer,
    title,
    changes,
    needs: null,
    state: on ? "on" : "off",
    lies: [],
    scope: on ? scope : null,
  };
}
