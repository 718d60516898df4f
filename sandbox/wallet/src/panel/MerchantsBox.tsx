// The merchants as the network knows them and, at Alipay, whether each may take Huabei.
import { call } from "../api.ts";
import { useLanguage } from "../language.tsx";
import type { Merchant } from "../model.ts";
import { yuan } from "../money.ts";
import { State, Switch } from "../parts.tsx";

export function MerchantsBox({
  merchants,
  refresh,
}: Readonly<{ merchants: readonly Merchant[]; refresh(): void }>) {
  const { t } = useLanguage();
  return (
    <section className="box">
      <h3>{t("merchants.title")}</h3>
      {merchants.length === 0 && <p className="box-note">{t("merchants.empty")}</p>}
      <ul className="rows">
        {merchants.map((merchant) => (
          <li key={merchant.appId} className="row">
            <span className="row-text">
              <span className="row-title">{merchant.name}</span>
              <span className="row-note">
                {t("merchants.received", { amount: yuan(merchant.received) })} · <code>{merchant.appId}</code>
              </span>
              {merchant.state === "blocked" && <State kind="broken">{t("merchants.blocked")}</State>}
            </span>
            {merchant.channel === "alipay" && <HuabeiSwitch merchant={merchant} refresh={refresh} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function HuabeiSwitch({ merchant, refresh }: Readonly<{ merchant: Merchant; refresh(): void }>) {
  const { t } = useLanguage();
  return (
    <span className="row-side">
      <span className="row-label">
        {t("merchants.huabei")}
        <State kind={merchant.products.huabei === "open" ? "paid" : "unpaid"}>
          {t(`merchants.${merchant.products.huabei}`)}
        </State>
      </span>
      <Switch
        label={`${merchant.name} ${t("merchants.huabei")}`}
        state={merchant.products.huabei === "open" ? "on" : "off"}
        onChange={(next) => void turn(merchant, next).finally(refresh)}
      />
    </span>
  );
}

/** Opening is what an acquirer’s back office does; closing is the fault of the catalogue. */
function turn(merchant: Merchant, next: "on" | "off"): Promise<unknown> {
  if (next === "on") return call("POST", `/huiyin/merchants/${merchant.appId}/products/huabei/open`, {});
  return call("PUT", "/control/faults/C-MCH-01", { appId: merchant.appId });
}
