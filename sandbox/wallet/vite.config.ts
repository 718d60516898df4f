// Builds the wallet page into dist/, from where the sandbox serves it at “/”.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const sandboxUrl = process.env["SANDBOX_URL"] ?? "http://127.0.0.1:8090";

export default defineConfig({
  base: "/",
  plugins: [react()],
  build: {
    cssTarget: ["chrome100", "safari15.4", "firefox100"],
    target: ["chrome100", "safari15.4", "firefox100"],
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/control": sandboxUrl, "/huiyin": sandboxUrl } },
});
