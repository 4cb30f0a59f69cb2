import { listBelow } from "../../../lib/messages/lists.js";
import { groupRequirements } from "../../../project/dependencyGroups.js";
import { markerApplies } from "../../../project/lock/markers.js";
import { normaliseName } from "../../../project/pyproject.js";
import { asStrings, asTable } from "../../../lib/toml.js";
import { formats } from "../../../formats/index.js";
import type { Finding } from "../finding.js";
import { isForeignImage } from "../../request.js";
import type { ClosedWork } from "../../closure/readClosure.js";
import { findBrokenImports, type BrokenImport } from "./brokenImports.js";
import { handlerModule } from "./modules.js";
import { leftOutOfWheel, leftOutText, leftOutWays, type LeftOut } from "./loading/leftOutOfWheel.js";
import { shippedName, shippingWay, sourceAround } from "./nearbyModules.js";
import { projectModules } from "./projectModules.js";
import { followImports } from "./proposals.js";
import type { Shipped } from "./shipped.js";

export type ImportWork = Pick<ClosedWork, "project" | "request" | "closure" | "target">;

/**
 * What the handler's module imports and nothing that ships has. Nothing when layers, or an image of the user's, may
 * have it. `reported` are modules that another check names.
 */
export async function brokenImportFindings(
  work: ImportWork,
  shipped: Shipped,
  reported: ReadonlySet<string>,
): Promise<Finding[]> {
  const { handler, hasLayers, image } = work.request;
  if (hasLayers || isForeignImage(image)) return [];
  const module = handlerModule(handler);
  const { minor } = work.target;
  const isReported = (one: string) => [...reported].some((other) => one === other || one.startsWith(`${other}.`));
  const broken = (await findBrokenImports(shipped, module, minor)).filter((one) => !isReported(one.module));
  const above = broken.filter(({ kind }) => kind === "relative");
  const relative = above.find(({ isLater }) => isLater !== true) ?? above[0];
  const others = await Promise.all(
    broken.filter(({ kind }) => kind !== "relative").map((one) => withShippedName(work, shipped, one)),
  );
  return [
    ...(relative === undefined ? [] : [relativeFinding(relative)]),
    ...(others.length === 0 ? [] : [await warning(work, shipped, others)]),
  ];
}

/** A module that ships under a shorter name is known by that one. */
async function withShippedName(work: ImportWork, shipped: Shipped, broken: BrokenImport): Promise<BrokenImport> {
  if (broken.kind !== "missing" || broken.sibling !== undefined) return broken;
  const sibling = await shippedName(work, shipped, broken.module);
  return sibling === undefined ? broken : { ...broken, sibling };
}

function relativeFinding({ file, module, isLater = false }: BrokenImport): Finding {
  const plain = module.replace(/^\.+/, "");
  return {
    code: "HANDLER_NOT_FOUND",
    certain: !isLater,
    property: "handler",
    message: `${file} imports from "${module}", which is above the root of the archive: there is no package around it.`,
    hint: `To fix this, ${plain === "" ? "import the modules" : `import from "${plain}"`} without the dots in front, or move the modules into a package.`,
  };
}

/** An import may be caught, or the package may come from elsewhere. */
async function warning(work: ImportWork, shipped: Shipped, broken: readonly BrokenImport[]): Promise<Finding> {
  const { minor } = work.target;
  const leftOut = new Map<BrokenImport, LeftOut>();
  for (const one of broken) {
    const found = leftOutOfWheel(work, shipped, one.kind === "name" ? `${one.module}.${one.name}` : one.module);
    if (found !== undefined && (one.kind === "name" || one.kind === "own")) leftOut.set(one, found);
  }
  const lines = broken.map((one) => {
    const found = leftOut.get(one);
    if (found === undefined) return `${one.file} imports ${describe(one, minor)}`;
    return `${one.file} imports ${one.kind === "name" ? `${one.name} from ` : ""}${one.module}: ${leftOutText(found)}`;
  });
  const missing = broken.filter(({ kind }) => kind === "missing");
  const beside = missing.filter(({ sibling }) => sibling !== undefined);
  const elsewhere = missing.filter(({ sibling }) => sibling === undefined);
  const ways = await missingWays(work, shipped, [...new Set(elsewhere.map(({ module }) => module))]);
  ways.push(...besideWays(beside, await sourceFor(work, shipped, beside)));
  ways.push(...leftOutWays(work, [...leftOut.values()]));
  if (broken.some((one) => (one.kind === "name" || one.kind === "own") && !leftOut.has(one)))
    ways.push("correct the names");
  if (broken.some(({ kind }) => kind === "removed"))
    ways.push("use what replaced it, or choose a `runtime` that has it");
  return {
    code: "HANDLER_NOT_FOUND",
    certain: false,
    property: "handler",
    message: listBelow("The handler's module imports modules or names that do not ship:", [...new Set(lines)]),
    hint: `To fix this, ${ways.join(", and ")}.`,
  };
}

/** Imports begin at the root of the archive, not beside the file as they do for a script. */
function besideWays(beside: readonly BrokenImport[], source: string | undefined): string[] {
  if (beside.length === 0) return [];
  const renamed = [...new Set(beside.map(({ module, sibling }) => `\`${sibling}\` instead of \`${module}\``))];
  return [`import ${renamed.join(", ")}${source === undefined ? "" : `, or set ${source}`}`];
}

/** The inputs with which the archive has another root, where that suits all imports of the handler. */
async function sourceFor(
  work: ImportWork,
  shipped: Shipped,
  beside: readonly BrokenImport[],
): Promise<string | undefined> {
  const [above] = beside.filter(({ module, sibling }) => module.endsWith(`.${sibling}`));
  if (above !== undefined) return sourceAround(work, shipped, above.module);
  const module = handlerModule(work.request.handler);
  const folder = module.split(".").slice(0, -1).join(".");
  if (folder === "" || !beside.some(({ sibling }) => sibling?.startsWith(`${folder}.`))) return undefined;
  if ((await followImports(shipped, module, folder)).needsPrefix) return undefined;
  const rest = module.slice(folder.length + 1);
  const { project, request } = work;
  const source = await projectModules(work, shipped).sourceFor(folder.replaceAll(".", "/"), rest);
  if (source === undefined || project.isPackage) return undefined;
  const name = request.handler.slice(request.handler.lastIndexOf("."));
  return `\`source: "${source}"\` with \`handler: "${rest}${name}"\``;
}

function describe({ kind, module, name }: BrokenImport, minor: number): string {
  switch (kind) {
    case "name":
      return `${name} from ${module}, which does not define it`;
    case "removed":
      return `${name === undefined ? "" : `${name} from `}${module}, which Python 3.${minor} does not have`;
    default:
      return module;
  }
}

/** How the packages with these modules would ship: packages often have the name of their module. */
async function missingWays(work: ImportWork, shipped: Shipped, modules: readonly string[]): Promise<string[]> {
  const { project, request, closure, target } = work;
  const { pyproject } = project;
  const extras = Object.entries(pyproject.project?.optionalDependencies ?? {});
  const excluded = asStrings(asTable(project.rootPyproject.tool["uv"])["exclude-dependencies"]);
  const wanted = { groups: new Set<string>(), extras: new Set<string>() };
  const ways = new Set<string>();
  const byLayer = formats[request.packageFormat].buildsImage ? "" : ", or name the layer that has it in `layers`";
  for (const module of modules) {
    const name = normaliseName(module.split(".")[0] ?? "");
    const isMeant = (requirement: string) => normaliseName(/^[\w.-]*/.exec(requirement.trim())?.[0] ?? "") === name;
    const elsewhere = closure.locked.find((one) => one.name === name && !markerApplies(one.marker, target));
    const pruned = request.prune.find((one) => normaliseName(one) === name);
    const unlocked = excluded.find(isMeant);
    const group = Object.keys(pyproject.dependencyGroups).find(
      // Nobody wants all tools of development in a function.
      (one) => normaliseName(one) !== "dev" && groupRequirements(pyproject, one).some(isMeant),
    );
    const extra = extras.find(([, requirements]) => requirements.some(isMeant))?.[0];
    if (elsewhere !== undefined) ways.add(`change the marker of ${name} (\`${elsewhere.marker}\`) and run \`uv lock\``);
    else if (pruned !== undefined) ways.add(`remove ${JSON.stringify(pruned)} from \`prune\``);
    else if (unlocked !== undefined)
      ways.add(
        `remove ${JSON.stringify(unlocked)} from \`exclude-dependencies\` in ${project.rootPyproject.file} and run \`uv lock\``,
      );
    else if (group !== undefined) wanted.groups.add(group);
    else if (extra !== undefined) wanted.extras.add(extra);
    else
      ways.add(
        (await shippingWay(work, shipped, module)) ??
          `add the package that has ${module} to the project (\`uv add\`)${byLayer}`,
      );
  }
  for (const input of ["groups", "extras"] as const)
    if (wanted[input].size > 0)
      ways.add(`set \`${input}: ${JSON.stringify([...new Set([...request[input], ...wanted[input]])])}\``);
  return [...ways];
}
