// The bar on top: whose terminal this is, whether it is connected, whether it speaks.
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../services.ts";
import { soundOf, soundSwitched } from "../settings.ts";
import { useStore } from "../store.ts";
import { Icon, Mark } from "./Icon.tsx";

export function TopBar({ onSettings }: Readonly<{ onSettings(): void }>): ReactElement {
  const { t } = useTranslation();
  const { terminal, connection, settings } = useServices();
  const { name } = useStore(terminal);
  const link = useStore(connection);
  const chosen = useStore(settings);
  const sound = soundOf(chosen);
  const silent = sound !== "audible";
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
      <p className="top-silence" role="status">
        {silent && t(`top.${sound}`)}
      </p>
      <button
        type="button"
        className={silent ? "button-icon button-silent" : "button-icon"}
        aria-pressed={silent}
        onClick={() => settings.set(soundSwitched(chosen))}
      >
        <Icon name={silent ? "speakerOff" : "speaker"} />
        <span className="visually-hidden">{t("top.mute")}</span>
      </button>
      <button type="button" className="button-icon" aria-label={t("top.menu")} onClick={onSettings}>
        <Icon name="settings" />
      </button>
    </header>
  );
}
