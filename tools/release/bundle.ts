import { build, type Metafile, type Plugin } from "esbuild";
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import * as path from "node:path";
import { bundledPackages, bundleSbom, licenseTexts } from "./bundledPackages.js";

/** The whole program: path in the release to content. It needs Node.js and nothing else. */
export type Program = Readonly<Record<string, Uint8Array>>;

/** Modules that packages ask for but do not need. */
// The last one is asked for by resources/engine/pulumiInternals.ts in a checkout only.
const optional = new Set(["picomatch", "@pulumi/pulumi/package.json"]);

/** A thread is started from a separate file, beside the file that starts it. */
const thread = "provider/archive/packing/packThread.ts";

/**
 * `provider/` of `checkout` and the packages it uses, as one file for the plugin and one for the command line. Modules
 * are still evaluated when they are first asked for, so what is loaded late in the checkout is loaded late here. Names
 * and lines are kept, but for a number behind names that several files have: stack traces stay readable.
 *
 * From the sources, not from `dist/`, the functions of all modules are in one scope and call each other directly.
 */
export async function bundle(checkout: string): Promise<Program> {
  const result = await build({
    absWorkingDir: checkout,
    // The command line is one folder deeper, as in dist/: it looks for schema.json from there.
    entryPoints: {
      ...{ "dist/index": "provider/index.ts", "dist/packThread": thread },
      ...{ "dist/cli/main": "provider/cli.ts", "dist/cli/packThread": thread },
    },
    outdir: ".",
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Else the paths inside of the bundle depend on where node_modules really are.
    preserveSymlinks: true,
    legalComments: "none",
    logLevel: "silent",
    plugins: [withoutUnusedModules, modulesAsTheyAre],
  });
  const problems = [...result.warnings.map(({ text }) => text), ...missing(result.metafile)];
  if (problems.length > 0) throw new Error(`the program cannot be bundled:\n${problems.join("\n")}`);
  const files = result.outputFiles.map((file) => [
    path.relative(checkout, file.path).split(path.sep).join("/"),
    file.contents,
  ]);
  const packages = bundledPackages(checkout, Object.keys(result.metafile.inputs));
  return {
    ...(Object.fromEntries(files) as Program),
    "schema.json": readFileSync(path.join(checkout, "schema.json")),
    LICENSE: readFileSync(path.join(checkout, "LICENSE")),
    "THIRD-PARTY-LICENSES.txt": Buffer.from(licenseTexts(checkout, packages)),
    "sbom.cdx.json": Buffer.from(bundleSbom(versionOf(checkout), packages)),
  };
}

function versionOf(checkout: string): string {
  return (JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8")) as { version: string }).version;
}

/**
 * Leaves out at bundling time what resources/engine/pulumiInternals.ts leaves out at run time in the checkout, and
 * @grpc/proto-loader, which gRPC loads only to serve facts about itself. Each start compiles the whole file.
 */
const withoutUnusedModules: Plugin = {
  name: "without what a plugin never uses",
  setup(esbuild) {
    const unused =
      /^(@grpc\/proto-loader|@npmcli\/arborist|normalize-package-data|source-map-support)$|\/typescript-shim(\.js)?$|^\.\/automation$/;
    esbuild.onResolve({ filter: unused }, ({ path: name }) => ({ path: name, namespace: "left-out" }));
    esbuild.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({
      contents: "module.exports = { install() {} };",
    }));
  },
};

/**
 * `import * as path from "node:path"` becomes the module itself. Otherwise each file with such a line makes a copy of the
 * module's members when it is loaded, and calls them through getters.
 */
const modulesAsTheyAre: Plugin = {
  name: "modules as they are",
  setup(esbuild) {
    esbuild.onLoad({ filter: /[\\/]provider[\\/].*\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, "utf8").replaceAll(
        /^import \* as (\w+) from ("(?:node:|@pulumi\/)[^"]+");$/gm,
        "import $1 = require($2);",
      ),
      loader: "ts",
    }));
  },
};

/** Modules that the program would have to find beside itself at run time. */
function missing({ outputs }: Metafile): string[] {
  const wanted = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external));
  const names = new Set(wanted.map(({ path: name }) => name));
  return [...names].filter((name) => !isBuiltin(name) && !optional.has(name)).map((name) => `${name} is not found`);
}
