// The bar on top: whose terminal this is, whether it is connected, whether it speaks.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../services.ts";
import { useStore } from "../store.ts";
import { Icon, Mark } from "./Icon.tsx";

export function TopBar({ onSettings }: Readonly<{ onSettings(): void }>): ReactElement {
  const { t } = useTranslation();
  const { terminal, connection, settings } = useServices();
  const { name } = useStore(terminal);
  const link = useStore(connection);
  const chosen = useStore(settings);
  const toggleMute = (): void => settings.set({ ...chosen, muted: !chosen.muted });
  return (
    <header className="top">
      <Mark />
      <p className="top-name">
        <strong>{name}</strong>
        <span>{t("product.title")}</span>
      </p>
      <p className={`state state-${link}`} role="status">
        <span className="state-dot" aria-hidden="true" />
        <span className="state-word">{t(`top.${link}`)}</span>
      </p>
      <button type="button" className="button-icon" aria-pressed={chosen.muted} onClick={toggleMute}>
        <Icon name={chosen.muted ? "speakerOff" : "speaker"} />
        <span className="visually-hidden">{t("top.mute")}</span>
      </button>
      <button type="button" className="button-icon" aria-label={t("top.menu")} onClick={onSettings}>
        <Icon name="settings" />
      </button>
    </header>
  );
}
