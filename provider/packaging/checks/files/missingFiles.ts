import { existsSync, statSync } from "node:fs";
import * as path from "node:path";
import { listBelow } from "../../../lib/messages/lists.js";
import { literalPattern } from "../../../lib/patterns/glob.js";
import { asStrings, asTable, listText } from "../../../lib/toml.js";
import { readPyprojectIfAny, type Pyproject } from "../../../project/pyproject.js";
import { createOwnFileFilter } from "../../../project/sources/ownFileFilter.js";
import { compileGlobs, ownFileRules, ownFilesBase } from "../../../project/sources/ownFiles.js";
import type { Finding } from "../finding.js";
import { copyWays, isLeftOutByUser } from "../shippingInputs.js";
import { isForeignImage } from "../../request.js";
import type { ImportWork } from "../handler/brokenImportFindings.js";
import { handlerModule, walkOwnModules, withParents } from "../handler/modules.js";
import { namedFiles, type NamedFile } from "./namedFiles.js";
import { importedModule } from "../handler/python/pythonImports.js";
import { syntaxIn, type Shipped } from "../handler/shipped.js";

/** A file of the project that a module opens and that does not ship. */
interface MissingFile {
  /** The module that names it. */
  readonly module: string;
  /** Where the module would find it in the archive. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  /** The folder of the package whose wheel lacks it. Undefined for the project's own files. */
  readonly wheelOf?: string;
}

/** A folder with modules as the archive has them. */
interface Root extends Pick<MissingFile, "wheelOf"> {
  readonly root: string;
}

/** A warning about files that modules of the handler open beside themselves or above, and that do not ship. */
export async function missingFileFinding(work: ImportWork, shipped: Shipped): Promise<Finding | undefined> {
  if (isForeignImage(work.request.image)) return undefined;
  const missing = new Map<string, MissingFile>();
  for (const module of await modulesOfHandler(work, shipped)) {
    const named = await shipped.once(`opened ${module}`, async () =>
      namedFiles((await shipped.readModule(module)) ?? ""),
    );
    for (const one of named) {
      const found = isShipped(shipped, one) ? undefined : find(work, module, one);
      if (found !== undefined && !missing.has(found.path)) missing.set(found.path, found);
    }
  }
  const found = [...missing.values()].flatMap((one) => {
    const way = wayToShip(work, one);
    return way === undefined ? [] : [{ ...one, way }];
  });
  if (found.length === 0) return undefined;
  const lines = found.map(({ module, file }) => `${module} opens ${file}`);
  return {
    code: "HANDLER_NOT_FOUND",
    certain: false,
    property: "handler",
    message: listBelow("Code of the handler seems to open files of the project that do not ship:", lines),
    hint: `To fix this, ${waysOf(work, found).join(", and ")}.`,
  };
}

/** The project's own modules that the handler's module imports, at any time. */
async function modulesOfHandler({ request, target }: ImportWork, shipped: Shipped): Promise<string[]> {
  const waiting = withParents(handlerModule(request.handler));
  const files: string[] = [];
  for (const { path: file } of walkOwnModules(shipped, waiting)) {
    files.push(file);
    for (const one of (await syntaxIn(shipped, file, target.minor)).imports) {
      const imported = one.isDead ? undefined : importedModule(file, one);
      if (imported === undefined) continue;
      const inner = one.names.map((name) => (imported === "" ? name : `${imported}.${name}`));
      waiting.push(...[imported, ...inner].flatMap(withParents));
    }
  }
  return files;
}

function isShipped({ paths, isOwn }: Shipped, { path: named }: NamedFile): boolean {
  return [...paths].some((one) => (one === named || one.endsWith(`/${named}`)) && isOwn(one));
}

/**
 * Looks beside the module and in the folders above, up to the root of the archive. Then in the folder of the package,
 * from which its code is run at home.
 */
function find({ project, request, closure }: ImportWork, module: string, named: NamedFile): MissingFile | undefined {
  const base = ownFilesBase(project, request);
  const packages = [...(base === undefined ? [project.folder] : []), ...closure.local.map(({ folder }) => folder)];
  const roots: readonly Root[] = [
    ...(base === undefined ? [] : [{ root: base }]),
    ...packages.flatMap((folder) => [
      { root: path.join(folder, "src"), wheelOf: folder },
      { root: folder, wheelOf: folder },
    ]),
  ];
  const place = roots.find(({ root }) => existsSync(path.join(root, module)));
  if (place === undefined) return undefined;
  const folders = module.split("/").slice(0, -1);
  const above = folders.map((_, i) => folders.slice(0, folders.length - i).join("/"));
  const within = named.isTemplate ? ["templates/", ""] : [""];
  const candidates = [...above, ""].flatMap((folder) =>
    within.map((inner) => ({ ...place, path: path.posix.join(folder, `${inner}${named.path}`) })),
  );
  if (place.wheelOf !== undefined) candidates.push({ ...place, root: place.wheelOf, path: named.path });
  const found = candidates.find((one) => isFile(path.join(one.root, one.path)));
  if (found === undefined) return undefined;
  const { root, wheelOf } = found;
  return { module, path: found.path, file: path.join(root, found.path), ...(wheelOf !== undefined && { wheelOf }) };
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

type Way =
  | { readonly kind: "include" | "onlyInclude"; readonly pattern: string }
  | { readonly kind: "package data"; readonly place: string; readonly data: readonly string[] }
  | { readonly kind: "copy"; readonly from: string; readonly to: string }
  | { readonly kind: "other"; readonly text: string };

/** Undefined for what the user leaves out, and for what never ships. */
function wayToShip(work: ImportWork, { path: at, file, wheelOf }: MissingFile): Way | undefined {
  if (/\.(pem|key|p12|pfx)$/i.test(at) && !isLeftOutByUser(work.request, at))
    return { kind: "other", text: `read what is in ${at} from a store of secrets, where it holds a private key` };
  if (wheelOf === undefined) return ownWay(work, at);
  if (isLeftOutByUser(work.request, at)) return undefined;
  return packageData(wheelOf, at, file) ?? { kind: "copy", from: file, to: at };
}

function ownWay(work: ImportWork, at: string): Way | undefined {
  const pattern = literalPattern(at);
  const { include, onlyInclude = [] } = work.request;
  if (shipsWith(work, at, { include: [...include, pattern] })) return { kind: "include", pattern };
  const isUnlisted = onlyInclude.length > 0 && shipsWith(work, at, { onlyInclude: [...onlyInclude, pattern] });
  return isUnlisted ? { kind: "onlyInclude", pattern } : undefined;
}

function shipsWith(
  { project, request }: Pick<ImportWork, "project" | "request">,
  at: string,
  changed: { readonly include?: readonly string[]; readonly onlyInclude?: readonly string[] },
): boolean {
  const wanted = { ...request, ...changed };
  const select = createOwnFileFilter({
    ...ownFileRules(project, wanted),
    base: ownFilesBase(project, wanted) ?? project.folder,
    programFiles: compileGlobs("programFiles", wanted.programFiles ?? []),
    onlyInclude: compileGlobs("onlyInclude", wanted.onlyInclude ?? []),
  });
  const parts = at.split("/");
  return parts.every((_, i) => select(parts.slice(0, i + 1).join("/"), i < parts.length - 1));
}

/** setuptools leaves out what is no module unless it is told. */
function packageData(folder: string, at: string, file: string): Way | undefined {
  const pyproject = readPyprojectIfAny(folder);
  const [name = "", ...rest] = at.split("/");
  const isPackage = rest.length > 0 && existsSync(path.join(file.slice(0, -at.length), name, "__init__.py"));
  if (pyproject?.project === undefined || !isPackage || !isOfSetuptools(pyproject)) return undefined;
  const known = asStrings(asTable(asTable(pyproject.tool["setuptools"])["package-data"])[name]);
  const place = `set \`[tool.setuptools.package-data] ${name} = []\` in ${pyproject.file}`;
  return { kind: "package data", place, data: [...known, rest.join("/")] };
}

function isOfSetuptools({ buildSystem }: Pyproject): boolean {
  return (buildSystem?.backend ?? "setuptools").startsWith("setuptools");
}

/** The lists as they must be for all of them to ship. */
function waysOf({ request }: ImportWork, found: readonly { readonly way: Way }[]): string[] {
  const patternsOf = (kind: "include" | "onlyInclude") =>
    found.flatMap(({ way }) => (way.kind === kind ? [way.pattern] : []));
  const lists = (["include", "onlyInclude"] as const)
    .filter((kind) => patternsOf(kind).length > 0)
    .map((kind) => `set \`${kind}: ${listText([...(request[kind] ?? []), ...patternsOf(kind)])}\``);
  const settings = new Map<string, readonly string[]>();
  for (const { way } of found)
    if (way.kind === "package data") settings.set(way.place, [...(settings.get(way.place) ?? []), ...way.data]);
  const data = [...settings].map(([place, values]) => place.replace("[]", () => listText(values)));
  const copied = found.flatMap(({ way }) => (way.kind === "copy" ? [way] : []));
  const others = found.flatMap(({ way }) => (way.kind === "other" ? [way.text] : []));
  return [...lists, ...data, ...copyWays(request, copied), ...others];
}
