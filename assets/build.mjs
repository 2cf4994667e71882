// Builds CSS and scripts into built/ under content-hashed names, and manifest.json (name -> file).
import { readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const fresh = path.join(here, "built.new");
const built = path.join(here, "built");

const entries = [
  ...["station.css", "fonts.css", "viewer.css"].map((name) => path.join(here, "css", name)),
  ...(await readdir(path.join(here, "src")))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(here, "src", name)),
];

await rm(fresh, { recursive: true, force: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: entries,
  outdir: fresh,
  entryNames: "[name]-[hash]",
  chunkNames: "shared-[hash]",
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  target: "chrome69",
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
});

const manifest = {};
for (const [file, made] of Object.entries(result.metafile.outputs)) {
  if (!made.entryPoint || file.endsWith(".map")) continue;
  const name = path.basename(made.entryPoint).replace(/\.ts$/, ".js");
  manifest[name] = path.relative(fresh, path.resolve(here, file)).split(path.sep).join("/");
}
await writeFile(
  path.join(fresh, "manifest.json"),
  `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`,
);
await rm(built, { recursive: true, force: true });
await rename(fresh, built);
console.log(`assets: ${Object.keys(manifest).length} entries built`);
