// The wallet page’s first lines.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@huiyin/contract/design/tokens.css";
import "./styles/base.css";
import "./styles/phone.css";
import "./styles/sheet.css";
import "./styles/panel.css";
import "./styles/scan.css";
import { App } from "./App.tsx";
import { LanguageProvider } from "./language.tsx";

const container = document.getElementById("root");
if (container === null) throw new Error("the page has no root");
createRoot(container).render(
  <StrictMode>
    <LanguageProvider>
      <App />
    </LanguageProvider>
  </StrictMode>,
);

// The Chinese font is large and cut into pieces: it comes after the first picture, piece by piece as it is needed.
void import("./fonts.ts");
