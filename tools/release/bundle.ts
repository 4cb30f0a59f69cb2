import { build, type Metafile, type Plugin } from "esbuild";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import * as path from "node:path";

/** The whole program: path in the release to content. It needs Node.js and nothing else. */
export type Program = Readonly<Record<string, Uint8Array>>;

/** What packages ask for and can do without. */
const optional = new Set(["picomatch"]);

/**
 * `dist/` of `checkout` and the packages it uses, as one file for the plugin and one for the command line. Modules are still evaluated when they
 * are first asked for, so what is loaded late in the checkout is loaded late here. Names and lines are kept: stack traces stay readable.
 */
export async function bundle(checkout: string): Promise<Program> {
  const result = await build({
    absWorkingDir: checkout,
    // The command line lies one folder deeper, as in dist/: it looks for schema.json from there.
    entryPoints: { "dist/index": "dist/index.js", "dist/cli/main": "dist/cli.js" },
    outdir: ".",
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Else the paths inside of the bundle depend on where node_modules really lie.
    preserveSymlinks: true,
    legalComments: "none",
    logLevel: "silent",
    plugins: [withoutFunctionSerializer],
  });
  const problems = [...result.warnings.map(({ text }) => text), ...missing(result.metafile)];
  if (problems.length > 0) throw new Error(`the program cannot be bundled:\n${problems.join("\n")}`);
  const files = result.outputFiles.map((file) => [
    path.relative(checkout, file.path).split(path.sep).join("/"),
    file.contents,
  ]);
  return {
    ...(Object.fromEntries(files) as Program),
    "schema.json": readFileSync(path.join(checkout, "schema.json")),
    LICENSE: readFileSync(path.join(checkout, "LICENSE")),
    "THIRD-PARTY-LICENSES.txt": Buffer.from(licenses(checkout, result.metafile)),
  };
}

/** At bundling time what resources/engine/lightPulumi.ts does at run time in the checkout. */
const withoutFunctionSerializer: Plugin = {
  name: "without the function serializer",
  setup(esbuild) {
    esbuild.onResolve({ filter: /^@npmcli\/arborist$|\/typescript-shim(\.js)?$/ }, ({ path: name }) => ({
      path: name,
      namespace: "left-out",
    }));
    esbuild.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
    esbuild.onLoad({ filter: /[/\\]engine[/\\]lightPulumi\.js$/ }, () => ({
      contents: "exports.leaveOutFunctionSerializer = () => {};",
    }));
  },
};

/** What the program would have to find beside itself at run time. */
function missing({ outputs }: Metafile): string[] {
  const wanted = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  const names = new Set(wanted.map(({ path: name }) => name));
  return [...names].filter((name) => !isBuiltin(name) && !optional.has(name)).map((name) => `${name} is not found`);
}

/** The licenses of everything that is in the bundle, one after the other. */
function licenses(checkout: string, { inputs }: Metafile): string {
  const folders = new Set(Object.keys(inputs).flatMap((file) => packageFolder(file) ?? []));
  return [...folders]
    .map((folder) => licenseText(path.join(checkout, folder)))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .join(`\n${"-".repeat(80)}\n\n`);
}

function packageFolder(file: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function licenseText(folder: string): string {
  const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as Record<string, string>;
  const file = readdirSync(folder).find(
    (name) => /^(licen[cs]e|copying)/i.test(name) && existsSync(path.join(folder, name)),
  );
  const text = file === undefined ? `License: ${manifest["license"]}` : readFileSync(path.join(folder, file), "utf8");
  return `${manifest["name"]} ${manifest["version"]}\n\n${text.trim()}\n`;
}
