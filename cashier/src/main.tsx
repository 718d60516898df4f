// The cashier's first lines: settings, language and appearance before anything is drawn, then the application.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { I18nextProvider } from "react-i18next";
import "@huiyin/contract/design/tokens.css";
import "./styles/base.css";
import "./styles/till.css";
import "./styles/result.css";
import "./styles/panels.css";
import "./styles/receipt.css";
import { App } from "./App.tsx";
import { createSettings, type Settings } from "./settings.ts";
import { createVoice } from "./speech/voice.ts";
import { createWords } from "./words/index.ts";

const settings = createSettings();
const words = createWords(settings.get().language);
const voice = createVoice(`${import.meta.env.BASE_URL}speech/`);

function apply({ language, theme, muted, volume }: Settings): void {
  const root = document.documentElement;
  root.lang = language === "zh" ? "zh-CN" : "en";
  if (theme === "system") root.removeAttribute("data-theme");
  else root.dataset["theme"] = theme;
  voice.setVolume(muted ? 0 : volume);
  if (words.language !== language) void words.changeLanguage(language);
  document.title = words.t("product.title");
}
settings.subscribe(() => apply(settings.get()));
apply(settings.get());

const container = document.getElementById("root");
if (container === null) throw new Error("the page has no root");
createRoot(container).render(
  <StrictMode>
    <I18nextProvider i18n={words}>
      <App settings={settings} voice={voice} words={words} />
    </I18nextProvider>
  </StrictMode>,
);

// The Chinese font is large and cut into pieces: it comes after the first picture, piece by piece as it is needed.
void import("./styles/fonts.ts");
if ("serviceWorker" in navigator && import.meta.env.PROD)
  void navigator.serviceWorker.register(`${import.meta.env.BASE_URL}sw.js`).catch(() => undefined);
