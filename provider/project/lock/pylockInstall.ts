import * as path from "node:path";
import { stringify } from "smol-toml";
import { asString, asTable, asTables, type TomlTable } from "../../lib/toml.js";
import type { Target } from "../../runtimes/index.js";
import { normaliseName } from "../pyproject.js";
import { fileName, isLocal, parsePylockTables } from "./pylock.js";
import { installName, uvTags, wheelFits } from "../wheels/wheelTags.js";

export interface PackageChoice {
  /** By normalised name. Default: all third-party packages. */
  readonly wanted?: (name: string) => boolean;
  /** Packages of which only the source is kept. */
  readonly withoutWheels?: readonly string[];
}

/**
 * The export for `uv pip install`, for one target. `root` is the folder that the export was made in. The text contains
 * the credentials of direct URLs, so it belongs in a private file that is removed after the install.
 */
export function pylockForInstall(
  text: string,
  root: string,
  target: Target,
  { wanted = () => true, withoutWheels = [] }: PackageChoice = {},
): string {
  const { packages, "requires-python": _, ...rest } = parsePylockTables(text);
  const wheels = wheelNaming(target);
  const kept = asTables(packages)
    // uv would serve local folders stale from its cache, or install them as links.
    .filter((block) => !isLocal(block) && wanted(asString(block["name"]) ?? ""))
    .map((block) =>
      installBlock(withoutWheels.includes(asString(block["name"]) ?? "") ? sourceOnly(block) : block, root, wheels),
    );
  // Without requires-python: uv would compare it with the interpreter that installs, not with the target.
  return stringify({ ...rest, packages: kept });
}

/** The host of a package's first file. Undefined when that is a path. */
export function lockedHost(text: string, name: string): string | undefined {
  const block = asTables(parsePylockTables(text)["packages"]).find((one) => one["name"] === normaliseName(name)) ?? {};
  const files = [...asTables(block["wheels"]), ...["sdist", "archive", "vcs"].map((key) => asTable(block[key]))];
  const url = files.map((file) => asString(file["url"])).find((one) => one !== undefined);
  return /^[^:]+:\/\/(?:[^/?#]*@)?([^/?#]+)/.exec(url ?? "")?.[1];
}

function sourceOnly({ wheels: _, ...block }: TomlTable): TomlTable {
  return block;
}

type Naming = (wheels: readonly TomlTable[]) => readonly TomlTable[];

function installBlock(block: TomlTable, root: string, naming: Naming): TomlTable {
  const result: Record<string, unknown> = { ...block };
  for (const key of ["archive", "sdist", "vcs"]) {
    if (block[key] !== undefined) result[key] = absolute(asTable(block[key]), root);
  }
  if (block["wheels"] !== undefined) result["wheels"] = naming(asTables(block["wheels"]).map((w) => absolute(w, root)));
  return result;
}

function absolute(table: TomlTable, root: string): TomlTable {
  const relative = asString(table["path"]);
  return relative === undefined ? table : { ...table, path: path.resolve(root, relative) };
}

/** Renames wheels that fit the target if uv would refuse all wheels of the package. See `installName`. */
function wheelNaming(target: Target): Naming {
  const accepted = uvTags(target);
  return (wheels) => {
    if (wheels.some((wheel) => wheelFits(fileName(wheel), accepted))) return wheels;
    return wheels.map((wheel) => {
      const name = installName(fileName(wheel), target);
      return name === undefined ? wheel : { ...wheel, name };
    });
  };
}
