// The world beside the phone: its faults, its clock, its merchants, its books.
import { useLanguage } from "../language.tsx";
import type { Wallet } from "../model.ts";
import type { World } from "../world.ts";
import { BooksBox } from "./BooksBox.tsx";
import { ClockBox } from "./ClockBox.tsx";
import { FaultsBox } from "./FaultsBox.tsx";
import { MerchantsBox } from "./MerchantsBox.tsx";

export type PanelProps = Readonly<{ world: World; wallet: Wallet; refresh(): void; onClose(): void }>;

export function WorldPanel({ world, wallet, refresh, onClose }: PanelProps) {
  const { t } = useLanguage();
  return (
    <aside className="panel" aria-label={t("page.world")}>
      <div className="panel-head">
        <div>
          <h2>{t("page.world")}</h2>
          <p>{t("world.intro")}</p>
        </div>
        <button
          type="button"
          className="button-icon only-narrow"
          onClick={onClose}
          aria-label={t("page.closeWorld")}
        >
          <span aria-hidden="true">✕</span>
        </button>
      </div>
      <MerchantsBox merchants={world.books.merchants} refresh={refresh} />
      <FaultsBox faults={world.faults} wallet={wallet} refresh={refresh} />
      <ClockBox aheadMs={world.aheadMs} refresh={refresh} />
      <BooksBox books={world.books} wallets={world.wallets} />
    </aside>
  );
}
