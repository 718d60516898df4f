// Settings of this device: language, appearance, sound; and the speech test.
import { useId, type ReactElement, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "../parts/Dialog.tsx";
import { useServices } from "../services.ts";
import { themes } from "../settings.ts";
import { useStore } from "../store.ts";
import { appVersion } from "../version.ts";
import { languageNames, languages } from "../words/index.ts";
import { SpeechTest } from "./SpeechTest.tsx";

export function SettingsDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const { t } = useTranslation();
  const { settings, terminal, place } = useServices();
  const chosen = useStore(settings);
  const { name } = useStore(terminal);
  const { terminalNo } = useStore(place);
  const volumeId = useId();
  const set = (part: Partial<typeof chosen>): void => settings.set({ ...chosen, ...part });
  return (
    <Dialog title={t("settings.title")} onClose={onClose}>
      <Choice name={t("settings.language")}>
        {languages.map((language) => (
          <Option key={language} chosen={chosen.language === language} onChoose={() => set({ language })}>
            {languageNames[language]}
          </Option>
        ))}
      </Choice>
      <Choice name={t("settings.theme")}>
        {themes.map((theme) => (
          <Option key={theme} chosen={chosen.theme === theme} onChoose={() => set({ theme })}>
            {t(`settings.${theme}`)}
          </Option>
        ))}
      </Choice>
      <Choice name={t("settings.speech")}>
        <Option chosen={!chosen.muted} onChoose={() => set({ muted: false })}>
          {t("settings.on")}
        </Option>
        <Option chosen={chosen.muted} onChoose={() => set({ muted: true })}>
          {t("settings.off")}
        </Option>
      </Choice>
      <div className="setting">
        <label htmlFor={volumeId}>{t("settings.volume")}</label>
        <input
          id={volumeId}
          type="range"
          min="0"
          max="100"
          step="5"
          value={Math.round(chosen.volume * 100)}
          onChange={(event) => set({ volume: Number(event.target.value) / 100 })}
        />
      </div>
      <SpeechTest />
      {!window.isSecureContext && <p className="setting-note">{t("settings.insecure")}</p>}
      <dl className="facts">
        <dt>{t("settings.terminal")}</dt>
        <dd>
          {name} <code>{terminalNo}</code>
        </dd>
        <dt>{t("settings.version")}</dt>
        <dd>{appVersion}</dd>
      </dl>
    </Dialog>
  );
}

function Choice({ name, children }: Readonly<{ name: string; children: ReactNode }>): ReactElement {
  return (
    <fieldset className="setting">
      <legend>{name}</legend>
      <div className="options">{children}</div>
    </fieldset>
  );
}

type OptionProps = Readonly<{ chosen: boolean; onChoose(): void; children: ReactNode }>;

function Option({ chosen, onChoose, children }: OptionProps): ReactElement {
  return (
    <button type="button" className="option" aria-pressed={chosen} onClick={onChoose}>
      {children}
    </button>
  );
}
