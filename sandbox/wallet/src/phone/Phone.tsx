// One payer’s phone: the code to show, the password to type, what was paid.
import { useState } from "react";
import { useLanguage } from "../language.tsx";
import { clockText } from "../money.ts";
import type { Channel, Wallet } from "../model.ts";
import type { World } from "../world.ts";
import { Bills } from "./Bills.tsx";
import { PasswordSheet } from "./PasswordSheet.tsx";
import { PayerSheet } from "./PayerSheet.tsx";
import { PayScreen } from "./PayScreen.tsx";
import { Result } from "./Result.tsx";
import { ScanScreen } from "./ScanScreen.tsx";
import { useNews } from "./news.ts";

const tabs = ["pay", "scan", "bills"] as const;
type Tab = (typeof tabs)[number];

export type PhoneProps = Readonly<{
  world: World;
  wallet: Wallet;
  onChoosePayer(walletId: string): void;
  onChooseChannel(channel: Channel): void;
  refresh(): void;
}>;

export function Phone({ world, wallet, onChoosePayer, onChooseChannel, refresh }: PhoneProps) {
  const [tab, setTab] = useState<Tab>("pay");
  const [choosing, setChoosing] = useState<"open" | "closed">("closed");
  /** Payments whose password the payer put off. */
  const [putOff, setPutOff] = useState<readonly string[]>([]);
  const payments = world.payments?.walletId === wallet.id ? world.payments.list : null;
  const { news, dismiss } = useNews(payments);
  const waiting = wallet.waiting.find(({ tradeNo }) => !putOff.includes(tradeNo));
  const covered = news !== null || choosing === "open" || waiting !== undefined;

  return (
    <section className="phone" aria-label={wallet.name} data-channel={world.channel}>
      <div className="status-bar" aria-hidden="true">
        <span>{clockText(new Date(Date.now() + world.aheadMs))}</span>
        <span className="status-island" />
        <span>{wallet.account}</span>
      </div>
      <div className="screen" inert={covered}>
        {tab === "pay" ? (
          <PayScreen
            wallet={wallet}
            channels={world.channels}
            onChooseChannel={onChooseChannel}
            aheadMs={world.aheadMs}
            payments={payments}
            waitingCount={wallet.waiting.length}
            onChoosePayer={() => setChoosing("open")}
            onConfirm={() => setPutOff([])}
            refresh={refresh}
          />
        ) : tab === "scan" ? (
          <ScanScreen
            wallet={wallet}
            offers={world.offers}
            onScanned={() => setPutOff([])}
            refresh={refresh}
          />
        ) : (
          <Bills wallet={wallet} payments={payments} />
        )}
      </div>
      <Tabs tab={tab} covered={covered ? "yes" : "no"} onChoose={setTab} />
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

type TabsProps = Readonly<{ tab: Tab; covered: "yes" | "no"; onChoose(tab: Tab): void }>;

function Tabs({ tab, covered, onChoose }: TabsProps) {
  const { t } = useLanguage();
  return (
    <nav className="tabs" inert={covered === "yes"}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          className="tab"
          aria-current={tab === name ? "page" : undefined}
          onClick={() => onChoose(name)}
        >
          {t(`tab.${name}`)}
        </button>
      ))}
    </nav>
  );
}
