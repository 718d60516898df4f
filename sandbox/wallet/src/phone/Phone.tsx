// One payer’s phone: the code to show, the password to type, what was paid.
import { useState } from "react";
import { useLanguage } from "../language.tsx";
import { clockText } from "../money.ts";
import type { Wallet } from "../model.ts";
import type { World } from "../world.ts";
import { Bills } from "./Bills.tsx";
import { PasswordSheet } from "./PasswordSheet.tsx";
import { PayerSheet } from "./PayerSheet.tsx";
import { PayScreen } from "./PayScreen.tsx";
import { Result } from "./Result.tsx";
import { useNews } from "./news.ts";

export type PhoneProps = Readonly<{
  world: World;
  wallet: Wallet;
  onChoosePayer(walletId: string): void;
  refresh(): void;
}>;

export function Phone({ world, wallet, onChoosePayer, refresh }: PhoneProps) {
  const { t } = useLanguage();
  const [tab, setTab] = useState<"pay" | "bills">("pay");
  const [choosing, setChoosing] = useState<"open" | "closed">("closed");
  /** Payments whose password the payer put off. */
  const [putOff, setPutOff] = useState<readonly string[]>([]);
  const payments = world.payments?.walletId === wallet.id ? world.payments.list : null;
  const { news, dismiss } = useNews(payments);
  const waiting = wallet.waiting.find(({ tradeNo }) => !putOff.includes(tradeNo));
  const covered = news !== null || choosing === "open" || waiting !== undefined;

  return (
    <section className="phone" aria-label={wallet.name}>
      <div className="status-bar" aria-hidden="true">
        <span>{clockText(new Date(Date.now() + world.aheadMs))}</span>
        <span className="status-island" />
        <span>{wallet.account}</span>
      </div>
      <div className="screen" inert={covered}>
        {tab === "pay" ? (
          <PayScreen
            wallet={wallet}
            aheadMs={world.aheadMs}
            payments={payments}
            waitingCount={wallet.waiting.length}
            onChoosePayer={() => setChoosing("open")}
            onConfirm={() => setPutOff([])}
            refresh={refresh}
          />
        ) : (
          <Bills wallet={wallet} payments={payments} />
        )}
      </div>
      <nav className="tabs" inert={covered}>
        {(["pay", "bills"] as const).map((name) => (
          <button
            key={name}
            type="button"
            className="tab"
            aria-current={tab === name ? "page" : undefined}
            onClick={() => setTab(name)}
          >
            {t(`tab.${name}`)}
          </button>
        ))}
      </nav>
      {choosing === "open" && (
        <PayerSheet
          wallets={world.wallets}
          chosen={wallet.id}
          onChoose={onChoosePayer}
          onClose={() => setChoosing("closed")}
        />
      )}
      {waiting !== undefined && news === null && choosing === "closed" && (
        <PasswordSheet
          key={waiting.tradeNo}
          wallet={wallet}
          trade={waiting}
          refresh={refresh}
          onLater={() => setPutOff([...putOff, waiting.tradeNo])}
        />
      )}
      {news !== null && <Result wallet={wallet} news={news} onDone={dismiss} />}
    </section>
  );
}
