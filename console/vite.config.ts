// Builds the console into dist/, from where the server serves it under /console/.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressed } from "../tools/compressed.ts";

export default defineConfig({
  base: "/console/",
  plugins: [react(), compressed()],
  build: {
    // Each page is a chunk of its own, so that the first one opens quickly on a slow line.
    chunkSizeWarningLimit: 900,
  },
  server: {
    proxy: {
      "/v1": process.env["HUIYIN_URL"] ?? "http://127.0.0.1:8080",
    },
  },
});
