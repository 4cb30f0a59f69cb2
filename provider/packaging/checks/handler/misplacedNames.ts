import { closest } from "../../../lib/messages/suggest.js";
import { findModule } from "./modules.js";
import { namesIn, type Shipped } from "./shipped.js";

/**
 * `app.Api.handle`, where `Api` is a class or an object in the module `app`: the runtime takes functions from modules
 * only.
 */
export async function insideOfHint(shipped: Shipped, module: string, name: string): Promise<string | undefined> {
  const dot = module.lastIndexOf(".");
  const [outer, inner] = [module.slice(0, Math.max(dot, 0)), module.slice(dot + 1)];
  const found = findModule(shipped.paths, outer);
  const names = found?.kind === "source" ? await namesIn(shipped, found.path) : undefined;
  if (found === undefined || !names?.names.has(inner) || names.callables.get(inner) === "function") return undefined;
  const value = names.callables.has(inner) ? `${inner}.${name}` : `${inner}().${name}`;
  const free = [name, "lambda_handler", `${name}_of_${inner}`].find((one) => !names.names.has(one)) ?? name;
  return (
    `"${inner}" in ${found.path} is not a module, and the runtime takes functions only from modules. To fix this, ` +
    `add \`${free} = ${value}\` at the end of ${found.path} and set \`handler: "${outer}.${free}"\`.`
  );
}

/** `v1.2/app.handler`: to Python, the dot is one between packages. */
export function dottedFolderHint({ paths, isOwn }: Shipped, module: string, name: string): string | undefined {
  for (const path of paths) {
    const stem = path.replace(/(\/__init__)?\.py$/, "");
    if (stem === path || stem.replaceAll("/", ".") !== module || !stem.includes(".") || !isOwn(path)) continue;
    const folder = stem.split("/").find((part) => part.includes(".")) ?? stem;
    const renamed = folder.replaceAll(".", "_");
    const handler = `${stem.replaceAll(".", "_")}.${name}`;
    return `Python cannot import ${path}: there is a dot in ${folder}. To fix this, rename it, for example to ${renamed}, and set \`handler: "${handler}"\`.`;
  }
  return undefined;
}

/** Names that projects give to their own modules. */
const usualModules = new Set(["app", "handler", "handlers", "index", "lambda_function", "main", "src"]);

/** `datadog_lambda.handler`, a wrapper: nothing that ships is called like it, so a package or a layer may have it. */
export function elsewhereHint(
  { paths, canHaveLayers }: Pick<Shipped, "paths"> & { readonly canHaveLayers: boolean },
  module: string,
): string | undefined {
  const top = module.split(".", 1)[0]!;
  const tops = new Set([...paths].map((path) => path.split("/", 1)[0]!.replace(/\.py$/, "")));
  if (usualModules.has(top) || closest(top, tops) !== undefined) return undefined;
  const byLayer = canHaveLayers ? " If a layer has it, name that layer in `layers`." : "";
  return `If a package has ${top}, add that package to the project (\`uv add\`).${byLayer}`;
}

/** `app.py` defines the name, but Python imports the package in the folder `app`. */
export async function hiddenByFolderHint(shipped: Shipped, path: string, name: string): Promise<string | undefined> {
  const folder = path.replace(/\/__init__\.py$/, "");
  const module = `${folder}.py`;
  const names = folder === path || !shipped.paths.has(module) ? undefined : await namesIn(shipped, module);
  return names?.names.has(name)
    ? `${module} defines it, but Python imports the folder ${folder}/ instead. To fix this, rename one of them.`
    : undefined;
}

/** Where a module with this name is beside the file that imports it, or above: `pkg.impl` for `import impl`. */
export function siblingOf({ paths, isOwn }: Shipped, file: string, module: string): string | undefined {
  const folder = file.split("/").slice(0, -1);
  for (let length = folder.length; length > 0; length--) {
    const sibling = [...folder.slice(0, length), module].join(".");
    const found = findModule(paths, sibling);
    if (found !== undefined && found.kind !== "namespace" && isOwn(found.path)) return sibling;
  }
  return undefined;
}
