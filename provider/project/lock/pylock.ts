import { UvLambdaError } from "../../lib/errors.js";
import { redact } from "../../lib/redaction/redact.js";
import { asString, asTable, asTables, parseToml, TomlFileError, type TomlTable } from "../../lib/toml.js";
import { decoded, urlSecrets } from "../../lib/redaction/urlParts.js";

/** A wheel or source archive that the lock names. */
export interface LockedFile {
  readonly filename: string;
  /** `sha256:...`, several separated by spaces. Undefined when the lock has none. */
  readonly hash: string | undefined;
  /** Bytes, if the lock has them. */
  readonly size?: number;
  /** URL without credentials, or path relative to the workspace root. For messages and for files without a hash. */
  readonly location: string;
}

/** A third-party package from `uv export --format pylock.toml`. Plain data without secrets, so it may be stored. */
export interface LockedPackage {
  /** Normalised. */
  readonly name: string;
  /** Absent when the project computes it, as source trees can. */
  readonly version?: string;
  readonly marker?: string;
  /** `url` is a single remote archive, `path` one in the workspace. `git` is always built. */
  readonly kind: "registry" | "url" | "path" | "git";
  readonly wheels: readonly LockedFile[];
  readonly sdist?: LockedFile;
  /** Commit and URL (without credentials) of a git package. */
  readonly git?: { readonly url: string; readonly commit: string };
  readonly subdirectory?: string;
}

/** A folder in the workspace or beside it, which is built here and never passed to `uv pip`. */
export interface LocalPackage {
  readonly name: string;
  /** Relative to the folder that uv ran in, as in the export. */
  readonly path: string;
  readonly subdirectory?: string;
  readonly marker?: string;
  readonly editable?: true;
}

export interface ParsedPylock {
  readonly packages: readonly LockedPackage[];
  readonly localPackages: readonly LocalPackage[];
}

/** Reads an export. Throws UV_FAILED when it is invalid. */
export function parsePylock(text: string): ParsedPylock {
  const blocks = asTables(parsePylockTables(text)["packages"]);
  const secrets = urlSecrets(text);
  const hide: Hide = (url) => redact(url, secrets);
  return {
    packages: blocks.filter((block) => !isLocal(block)).map((block) => lockedPackage(block, hide)),
    localPackages: blocks.filter(isLocal).map(localPackage),
  };
}

/** The export as TOML tables. Throws UV_FAILED. */
export function parsePylockTables(text: string): TomlTable {
  let tables: TomlTable;
  try {
    tables = parseToml(text, "the exported lock");
  } catch (error) {
    if (!(error instanceof TomlFileError)) throw error;
    throw new UvLambdaError("UV_FAILED", `\`uv export\` printed something unexpected: ${error.message}.`);
  }
  const version = asString(tables["lock-version"]);
  if (version?.startsWith("1.")) return tables;
  const found = version === undefined ? "no lock-version" : `lock-version ${version}`;
  throw new UvLambdaError(
    "UV_FAILED",
    `\`uv export\` printed a lock with ${found}; this version of uvlambda reads 1.x.`,
  );
}

export function isLocal(block: TomlTable): boolean {
  return block["directory"] !== undefined;
}

function localPackage(block: TomlTable): LocalPackage {
  const directory = asTable(block["directory"]);
  return {
    name: asString(block["name"]) ?? "",
    path: asString(directory["path"]) ?? ".",
    ...optional("subdirectory", asString(directory["subdirectory"])),
    ...optional("marker", asString(block["marker"])),
    ...(directory["editable"] === true && { editable: true as const }),
  };
}

/** A URL without its credentials. */
type Hide = (url: string) => string;

function lockedPackage(block: TomlTable, hide: Hide): LockedPackage {
  const toFile = (table: TomlTable) => lockedFile(table, hide);
  const common = {
    name: asString(block["name"]) ?? "",
    ...optional("version", asString(block["version"])),
    ...optional("marker", asString(block["marker"])),
  };
  if (block["vcs"] !== undefined) return gitPackage(common, asTable(block["vcs"]), hide);
  if (block["archive"] !== undefined) return archivePackage(common, asTable(block["archive"]), hide);
  const wheels = asTables(block["wheels"]).map(toFile);
  const sdist = block["sdist"] === undefined ? undefined : toFile(asTable(block["sdist"]));
  return { ...common, kind: "registry", wheels, ...optional("sdist", sdist) };
}

type Common = Pick<LockedPackage, "name" | "version" | "marker">;

function gitPackage(common: Common, vcs: TomlTable, hide: Hide): LockedPackage {
  const url = hide(asString(vcs["url"]) ?? asString(vcs["path"]) ?? "");
  return {
    ...common,
    kind: "git",
    wheels: [],
    git: { url, commit: asString(vcs["commit-id"]) ?? "" },
    ...optional("subdirectory", asString(vcs["subdirectory"])),
  };
}

function archivePackage(common: Common, archive: TomlTable, hide: Hide): LockedPackage {
  const file = lockedFile(archive, hide);
  const isWheel = file.filename.endsWith(".whl");
  return {
    ...common,
    kind: archive["url"] === undefined ? "path" : "url",
    wheels: isWheel ? [file] : [],
    ...optional("sdist", isWheel ? undefined : file),
    ...optional("subdirectory", asString(archive["subdirectory"])),
  };
}

function lockedFile(table: TomlTable, hide: Hide): LockedFile {
  const location = asString(table["url"]) ?? asString(table["path"]) ?? "";
  const hashes = Object.entries(asTable(table["hashes"])).map(
    ([algorithm, digest]) => `${algorithm}:${String(digest)}`,
  );
  return {
    filename: fileName(table),
    hash: hashes.length === 0 ? undefined : hashes.sort().join(" "),
    ...(typeof table["size"] === "number" && { size: table["size"] }),
    location: hide(location),
  };
}

/** Name of the file that a table with `name`, `url` or `path` describes. `name` wins over the URL. */
export function fileName(table: TomlTable): string {
  const name = asString(table["name"]);
  if (name !== undefined) return name;
  const url = asString(table["url"])?.replace(/[?#].*$/s, "");
  const location = url ?? asString(table["path"]) ?? "";
  const last = location.slice(location.lastIndexOf("/") + 1);
  return url === undefined ? last : decoded(last);
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
