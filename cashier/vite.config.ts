// Builds the cashier into dist/, from where the server serves it under /cashier/.
import { readFileSync } from "node:fs";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../tools/compressed.ts";
import { noStrangers } from "./build/noStrangers.ts";
import { serviceWorker } from "./build/serviceWorker.ts";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};
const platformUrl = process.env["HUIYIN_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/cashier/",
  plugins: [react(), noStrangers(), serviceWorker(), compressed()],
  define: { __APP_VERSION__: JSON.stringify(version) },
  build: {
    // Tills run on old tablets: light-dark() and the like are written out for them.
    cssTarget: ["chrome105", "safari16", "firefox110"],
    target: ["chrome105", "safari16", "firefox110"],
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      "/v1": platformUrl,
      "/mqtt": { target: platformUrl.replace(/^http/, "ws"), ws: true },
    },
  },
});
