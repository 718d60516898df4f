// Hands the tokens of the one visual language to Ant Design, and follows the system's light or dark.
import { theme, type ThemeConfig } from "antd";
import { useSyncExternalStore } from "react";

const darkQuery = matchMedia("(prefers-color-scheme: dark)");

function subscribe(listener: () => void): () => void {
  darkQuery.addEventListener("change", listener);
  return () => darkQuery.removeEventListener("change", listener);
}

const palettes = {
  light: { accent: "#0a5e5b", page: "#f3f6f5", surface: "#ffffff", ink: "#0f1f1d", line: "#d5dddb" },
  dark: { accent: "#5ecdc4", page: "#0b1211", surface: "#131d1b", ink: "#eaf1ef", line: "#2a3835" },
} as const;

/** The theme for Ant Design's own components; everything of ours reads tokens.css. */
export function useTheme(): ThemeConfig {
  const scheme = useSyncExternalStore(subscribe, () => (darkQuery.matches ? "dark" : "light"));
  document.documentElement.dataset["theme"] = scheme;
  const palette = palettes[scheme];
  return {
    algorithm: scheme === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: {
      colorPrimary: palette.accent,
      colorLink: palette.accent,
      colorBgLayout: palette.page,
      colorBgContainer: palette.surface,
      colorTextBase: palette.ink,
      colorBorderSecondary: palette.line,
      borderRadius: 8,
      fontFamily: "var(--font-text)",
      fontSize: 14,
      controlHeight: 36,
      motion: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      ...(scheme === "dark" ? { colorTextLightSolid: "#04211f" } : {}),
    },
  };
}
