// The bar on top: whose terminal this is, whether it is connected, whether it speaks.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { Icon, Mark } from "./Icon.tsx";

export function TopBar({ onSettings }: Readonly<{ onSettings(): void }>): ReactElement {
  const { t } = useTranslation();
  const { terminal, connection, settings } = useServices();
  const link = useStore(connection);
  const chosen = useStore(settings);
  const toggleMute = (): void => settings.set({ ...chosen, muted: !chosen.muted });
  return (
    <header className="top">
      <Mark />
      <p className="top-name">
        <strong>{terminal.name}</strong>
        <span>{terminal.storeName}</span>
      </p>
      <p className={`state state-${link}`} role="status">
        <span className="state-dot" aria-hidden="true" />
        {t(`top.${link}`)}
      </p>
      <button type="button" className="button-icon" aria-pressed={chosen.muted} onClick={toggleMute}>
        <Icon name={chosen.muted ? "speakerOff" : "speaker"} />
        <span className="visually-hidden">{t("top.muted")}</span>
      </button>
      <button type="button" className="button-icon" aria-label={t("top.menu")} onClick={onSettings}>
        <Icon name="settings" />
      </button>
    </header>
  );
}
