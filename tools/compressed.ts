// Writes .br and .gz beside every text file of a build, so that the server need not compress while a till waits:
// a shell of 390 kB crosses a slow line as 110 kB.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const textFile = /\.(js|css|html|json|svg|webmanifest)$/;
/** Smaller files gain nothing. */
const bytesMin = 1_024;

export function compressed(): Plugin {
  return {
    name: "huiyin-compressed",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        const source = Buffer.from(file.type === "chunk" ? file.code : file.source);
        if (!textFile.test(fileName) || source.length < bytesMin) continue;
        const brotli = brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
        this.emitFile({ type: "asset", fileName: `${fileName}.br`, source: brotli });
        this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source: gzipSync(source, { level: 9 }) });
      }
    },
  };
}
