// The page: a payer’s phone, and beside it the world the phone lives in.
import { useEffect, useState } from "react";
import { useLanguage } from "./language.tsx";
import { Phone } from "./phone/Phone.tsx";
import { WorldPanel } from "./panel/WorldPanel.tsx";
import { Mark } from "./parts.tsx";
import { channels, type Channel } from "./model.ts";
import { useWorld, type Connection } from "./world.ts";

const storageKey = "huiyin.payer";
const channelKey = "huiyin.wallet";

function storedChannel(): Channel {
  const stored = localStorage.getItem(channelKey);
  return channels.find((channel) => channel === stored) ?? "alipay";
}

export function App() {
  const { t } = useLanguage();
  const [chosen, choose] = useState<string | null>(() => localStorage.getItem(storageKey));
  const [panel, setPanel] = useState<"open" | "closed">("closed");
  const [channel, setChannel] = useState(storedChannel);
  const [person, setPerson] = useState<string | null>(null);
  const connection = useWorld(channel, chosen);
  const { refresh } = connection;
  const world = connection.world?.channel === channel ? connection.world : null;
  const wallet =
    world?.wallets.find(({ id }) => id === chosen) ??
    world?.wallets.find(({ name }) => name === person) ??
    world?.wallets[0];

  useEffect(() => {
    if (wallet === undefined || wallet.id === chosen) return;
    choose(wallet.id);
  }, [wallet, chosen]);
  const choosePayer = (walletId: string): void => {
    localStorage.setItem(storageKey, walletId);
    choose(walletId);
  };

  return (
    <div className="page" data-panel={panel}>
      <TopBar panel={panel} onOpen={() => setPanel("open")} />
      <Trouble trouble={connection.trouble} />
      <main className="stage">
        {world === null || wallet === undefined ? (
          <p className="opening">{t("page.loading")}</p>
        ) : (
          <Phone
            key={wallet.id}
            world={world}
            wallet={wallet}
            onChoosePayer={choosePayer}
            onChooseChannel={(next) => {
              // The same person, another wallet.
              localStorage.setItem(channelKey, next);
              setPerson(wallet.name);
              setChannel(next);
            }}
            refresh={refresh}
          />
        )}
      </main>
      {world !== null && wallet !== undefined && (
        <WorldPanel world={world} wallet={wallet} refresh={refresh} onClose={() => setPanel("closed")} />
      )}
    </div>
  );
}

function TopBar({ panel, onOpen }: Readonly<{ panel: "open" | "closed"; onOpen(): void }>) {
  const { t, theme, switchLocale, nextTheme } = useLanguage();
  return (
    <header className="top-bar">
      <span className="brand">
        <Mark />
        <span>{t("page.title")}</span>
      </span>
      <span className="top-actions">
        <button type="button" className="button-quiet" onClick={switchLocale}>
          {t("page.language")}
        </button>
        <button
          type="button"
          className="button-quiet"
          onClick={nextTheme}
          aria-label={t(`page.theme.${theme}`)}
          title={t(`page.theme.${theme}`)}
        >
          <span aria-hidden="true">{{ system: "◐", light: "☀", dark: "☾" }[theme]}</span>
        </button>
        <button
          type="button"
          className="button-quiet only-narrow"
          aria-expanded={panel === "open"}
          onClick={onOpen}
        >
          {t("page.worldShort")}
        </button>
      </span>
    </header>
  );
}

function Trouble({ trouble }: Readonly<{ trouble: Connection["trouble"] }>) {
  const { t, locale } = useLanguage();
  if (trouble === null) return null;
  if (trouble === "lost") {
    return (
      <p className="trouble" role="alert">
        <strong>{t("page.lost")}</strong> {t("page.lostNext")}
      </p>
    );
  }
  return (
    <p className="trouble" role="alert">
      <strong>{t("page.noPass")}</strong>{" "}
      {locale === "zh" ? "请重新打开启动时打印的钱包链接。" : "Open the wallet link printed at start again."}
    </p>
  );
}
