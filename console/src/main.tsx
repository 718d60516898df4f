// Entry of the operator console.
import "@fontsource-variable/noto-sans-sc";
import "@huiyin/contract/design/tokens.css";
import "./console.css";
import { createRoot } from "react-dom/client";
import { App } from "./App.tsx";
import { startLanguage } from "./language.ts";

await startLanguage();
const root = document.getElementById("root");
if (root) createRoot(root).render(<App />);
