// Takes the address of a public file server out of the code reader: its WebAssembly comes from our own server, and what
// no file names can never be asked for, not even where ours does not answer.
import type { Plugin } from "vite";

const stranger = /https:\/\/fastly\.jsdelivr\.net\/[^"'`$]*/g;

export function noStrangers(): Plugin {
  return {
    name: "huiyin-no-strangers",
    transform(code, id) {
      if (!/\/(barcode-detector|zxing-wasm)\//.test(id) || !code.includes("jsdelivr")) return null;
      return { code: code.replaceAll(stranger, "/cashier/assets/"), map: null };
    },
  };
}
