// Builds CSS and scripts into built/ under content-hashed names, and manifest.json (name -> file).
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, "built");

const entries = [
  ...["station.css", "fonts.css", "viewer.css"].map((name) => path.join(here, "css", name)),
  ...(await readdir(path.join(here, "src")))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => path.join(here, "src", name)),
];

const result = await build({
  absWorkingDir: here,
  entryPoints: entries,
  outdir: built,
  write: false,
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
  manifest[name] = path.relative(built, path.resolve(here, file)).split(path.sep).join("/");
}

// A name tells the content, so a file that is there is right: several builds may run at once,
// and a server that is running never sees half a file or a manifest without its files.
async function put(file, contents) {
  const part = `${file}.${process.pid}.part`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(part, contents);
  await rename(part, file);
}

for (const { path: file, contents } of result.outputFiles)
  if (!existsSync(file)) await put(file, contents);
const told = path.join(built, "manifest.json");
await put(told, `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);

const kept = new Set([told, ...result.outputFiles.map((made) => made.path)]);
for (const entry of await readdir(built, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  if (entry.isFile() && !kept.has(file) && !file.endsWith(".part")) await rm(file, { force: true });
}
console.log(`assets: ${Object.keys(manifest).length} entries built`);
