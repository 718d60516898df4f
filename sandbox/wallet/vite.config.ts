// Builds the wallet page into dist/, from where the sandbox serves it at “/”.
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const sandboxUrl = process.env["SANDBOX_URL"] ?? "http://127.0.0.1:8090";

/** Takes the address of a public file server out of the code reader: its WebAssembly comes from our own server. */
function noStrangers(): Plugin {
  const stranger = /https:\/\/fastly\.jsdelivr\.net\/[^"'`$]*/g;
  return {
    name: "huiyin-no-strangers",
    transform(code, id) {
      if (!/\/(barcode-detector|zxing-wasm)\//.test(id) || !code.includes("jsdelivr")) return null;
      return { code: code.replaceAll(stranger, "/assets/"), map: null };
    },
  };
}

export default defineConfig({
  base: "/",
  plugins: [react(), noStrangers()],
  build: {
    cssTarget: ["chrome100", "safari15.4", "firefox100"],
    target: ["chrome100", "safari15.4", "firefox100"],
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/control": sandboxUrl, "/huiyin": sandboxUrl } },
});
