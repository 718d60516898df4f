// Writes .br and .gz beside every file of a build that has air in it, so that the server need not compress while a till waits:
// a shell of 390 kB crosses a slow line as 110 kB.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const airyFile = /\.(js|css|html|json|svg|webmanifest|wasm)$/;
/** Smaller files gain nothing. */
const bytesMin = 1_024;

export function compressed(): Plugin {
  return {
    name: "huiyin-compressed",
    apply: "build",
    enforce: "post",
    // Once everything is written: before that, other plugins still change the text.
    writeBundle({ dir = "dist" }, bundle) {
      for (const fileName of Object.keys(bundle)) {
        const file = join(dir, fileName);
        const source = readFileSync(file);
        if (!airyFile.test(fileName) || source.length < bytesMin) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${file}.br`, brotliCompressSync(source, { params }));
        writeFileSync(`${file}.gz`, gzipSync(source, { level: 9 }));
      }
    },
  };
}
