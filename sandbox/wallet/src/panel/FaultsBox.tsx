// One switch per fault. Faults of a payer concern the payer on the phone; those on the wire may be limited to a few times.
import { useState } from "react";
import { call } from "../api.ts";
import { useLanguage } from "../language.tsx";
import type { Fault, Wallet } from "../model.ts";
import { State, Switch } from "../parts.tsx";

const layers = ["books", "gateway", "delivery"] as const;
const times = [null, 1, 3] as const;

export function FaultsBox({
  faults,
  wallet,
  refresh,
}: Readonly<{ faults: readonly Fault[]; wallet: Wallet; refresh(): void }>) {
  const { t } = useLanguage();
  const [limit, setLimit] = useState<number | null>(1);
  const on = faults.filter(({ state }) => state === "on").length;
  return (
    <section className="box">
      <div className="box-head">
        <h3>{t("faults.title")}</h3>
        <State kind={on === 0 ? "paid" : "broken"}>
          {on === 0 ? t("faults.none") : t("faults.on", { count: on })}
        </State>
      </div>
      {layers.map((layer) => {
        const members = faults.filter((fault) => fault.layer === layer);
        return (
          <details
            key={layer}
            className="fault-layer"
            open={layer === "books" || members.some(({ state }) => state === "on")}
          >
            <summary>{t(`faults.${layer}`)}</summary>
            {layer !== "books" && <Times limit={limit} onLimit={setLimit} />}
            <ul className="rows">
              {members.map((fault) => (
                <FaultRow key={fault.id} fault={fault} wallet={wallet} limit={limit} refresh={refresh} />
              ))}
            </ul>
          </details>
        );
      })}
    </section>
  );
}

function Times({ limit, onLimit }: Readonly<{ limit: number | null; onLimit(limit: number | null): void }>) {
  const { t } = useLanguage();
  return (
    <div className="times" role="group" aria-label={t("faults.times")}>
      {times.map((count) => (
        <button
          key={String(count)}
          type="button"
          className="chip"
          aria-pressed={limit === count}
          onClick={() => onLimit(count)}
        >
          {count === null ? t("faults.always") : t("faults.next", { count })}
        </button>
      ))}
    </div>
  );
}

type FaultRowProps = Readonly<{ fault: Fault; wallet: Wallet; limit: number | null; refresh(): void }>;

function FaultRow({ fault, wallet, limit, refresh }: FaultRowProps) {
  const { t, locale } = useLanguage();
  const ofPayer = fault.place === "walletId";
  const here = ofPayer ? fault.lies.includes(wallet.id) : fault.state === "on";
  const turn = (next: "on" | "off"): void => {
    const path = `/control/faults/${fault.id}`;
    const target = `?channel=${wallet.channel}${ofPayer ? `&walletId=${wallet.id}` : ""}`;
    const scope = {
      channel: wallet.channel,
      ...(ofPayer ? { walletId: wallet.id } : {}),
      ...(fault.layer === "books" || limit === null ? {} : { nextRequests: limit }),
    };
    void (next === "on" ? call("PUT", path, scope) : call("DELETE", path + target)).finally(refresh);
  };
  const left = fault.scope?.nextRequests ?? null;
  return (
    <li className="row">
      <span className="row-text">
        <span className="row-title">{fault.title[locale]}</span>
        <span className="row-note">{fault.changes[locale]}</span>
        <span className="row-note">
          <code>{fault.id}</code>
          {ofPayer && ` · ${t("faults.payer", { name: wallet.name })}`}
          {left !== null && ` · ${t("faults.left", { count: left })}`}
        </span>
      </span>
      <Switch label={fault.title[locale]} state={here ? "on" : "off"} onChange={turn} />
    </li>
  );
}
