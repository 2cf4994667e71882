// Builds CSS and scripts into built/ under content-hashed names, and manifest.json (name -> file).
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, "built");

const WORKER = "worker.ts";
// What the hand pages need without signal; the rest is kept when it is first fetched.
const HAND = ["station.css", "fonts.css", "base.js", "hand.js", "upload.js", "unsent.js", "scan.js", "sign.js", "position.js"];

const entries = [
  ...["station.css", "fonts.css", "viewer.css"].map((name) => path.join(here, "css", name)),
  ...(await readdir(path.join(here, "src")))
    .filter((name) => name.endsWith(".ts") && name !== WORKER)
    .map((name) => path.join(here, "src", name)),
];

const how = {
  absWorkingDir: here,
  outdir: built,
  write: false,
  entryNames: "[name]-[hash]",
  chunkNames: "shared-[hash]",
  assetNames: "fonts/[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  format: "esm",
  minify: true,
  target: "chrome69",
  legalComments: "linked",
  metafile: true,
  logLevel: "warning",
};
const result = await build({ ...how, entryPoints: entries, splitting: true });

const manifest = {};
for (const [file, made] of Object.entries(result.metafile.outputs)) {
  if (!made.entryPoint || file.endsWith(".map")) continue;
  const name = path.basename(made.entryPoint).replace(/\.ts$/, ".js");
  manifest[name] = path.relative(built, path.resolve(here, file)).split(path.sep).join("/");
}

// The service worker comes last: it knows by name what it keeps, and everything those import.
function withImports(file, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const one of result.metafile.outputs[file]?.imports ?? [])
    if (one.kind === "import-statement" || one.kind === "dynamic-import") withImports(one.path, found);
  return found;
}
const forHand = new Set();
for (const name of HAND) if (manifest[name]) withImports(`built/${manifest[name]}`, forHand);
const assets = [...forHand].map((file) => `/assets/${file.slice("built/".length)}`).sort();
const worker = await build({
  ...how,
  entryPoints: [path.join(here, "src", WORKER)],
  format: "iife",
  define: { ASSETS: JSON.stringify(assets), "process.env.NODE_ENV": '"production"', window: "self" },
});
for (const [file, made] of Object.entries(worker.metafile.outputs))
  if (made.entryPoint) manifest["worker.js"] = path.basename(file);
const outputs = [...result.outputFiles, ...worker.outputFiles];

// A name tells the content, so a file that is there is right: several builds may run at once,
// and a server that is running never sees half a file or a manifest without its files.
async function put(file, contents) {
  const part = `${file}.${process.pid}.part`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(part, contents);
  await rename(part, file);
}

for (const { path: file, contents } of outputs)
  if (!existsSync(file)) await put(file, contents);
const told = path.join(built, "manifest.json");
await put(told, `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);

const right = new Set([told, ...outputs.map((made) => made.path)]);
for (const entry of await readdir(built, { recursive: true, withFileTypes: true })) {
  const file = path.join(entry.parentPath ?? entry.path, entry.name);
  if (entry.isFile() && !right.has(file) && !file.endsWith(".part")) await rm(file, { force: true });
}
console.log(`assets: ${Object.keys(manifest).length} entries built`);
