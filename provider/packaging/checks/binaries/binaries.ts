import { listBelow } from "../../../lib/messages/lists.js";
import type { Target } from "../../../runtimes/index.js";
import type { SourceEntry } from "../../../tree/tree.js";
import type { Finding } from "../finding.js";
import type { BinaryProblem } from "./binaryProblem.js";
import { readElf, readStart, type ElfNeeds } from "./elf.js";
import { symbolNeeding } from "./elfSymbols.js";
import { missingLibraries } from "./libraries.js";

/** Part of the key of what is stored about native files: another one when other files are found. */
export const nativeRules = "native 2";

type AuditTarget = Pick<Target, "machine" | "glibc" | "minor">;

/**
 * Compares the machine and C library of every ELF file in the tree with the target's. Errors of the file system pass
 * unchanged.
 */
export async function auditBinaries(entries: readonly SourceEntry[], target: AuditTarget): Promise<BinaryProblem[]> {
  const problems: BinaryProblem[] = [];
  const found = new Set(
    entries
      .map(({ path }) => path)
      .filter((path) => roleOf(path, target) === "imported")
      .map(withoutTag),
  );
  const fitting = new Set<string>();
  const names = new Set(entries.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)));
  for (const entry of entries) {
    const role = roleOf(entry.path, target);
    if (!("file" in entry.source)) continue;
    const foreign = entry.mode === 0o755 || role === "unknown" ? undefined : await foreignSystem(entry.source.file);
    if (entry.mode !== 0o755 && foreign === undefined) continue;
    // A package may ship a module for many Pythons. It is missing if none is for this one.
    if (role === "never loaded" && found.has(withoutTag(entry.path))) continue;
    const needs = role === "never loaded" || foreign !== undefined ? undefined : await readElf(entry.source.file);
    const reason =
      role === "never loaded"
        ? notFound
        : foreign === undefined
          ? await reasonAgainst(entry.source.file, needs, target)
          : `is built for ${foreign}, not for Linux`;
    const of = { path: entry.path, owner: entry.owner ?? null };
    if (reason !== undefined) {
      problems.push({ ...of, reason, importable: role === "imported" });
      continue;
    }
    if (role === "unknown") fitting.add(variantsOf(entry.path));
    const lacks = missingLibraries(needs?.libraries ?? [], names);
    if (lacks.length > 0) problems.push({ ...of, reason: `needs ${lacks.join(", ")}`, importable: false, lacks });
  }
  // Code that opens a library by name has one for each machine, and takes the one that fits.
  return problems.filter(
    ({ path, importable, lacks }) => importable || lacks !== undefined || !fitting.has(variantsOf(path)),
  );
}

/**
 * Libraries that differ only in one word, `libx.glibc.so` and `libx.musl.so`, or in the name of a machine,
 * `armlibx.glibc.so`, which may be a folder's, too.
 */
function variantsOf(path: string): string {
  return path.replace(/\.[^./]+(?=\.so$)/, "").replace(machineNames, "");
}

const machineNames = /[-_.]?(aarch64|arm64|armv\d+l?|arm|x86[-_]64|amd64|x64|x86|i[36]86)/gi;

const notFound = "has a name for another Python or machine, so the function's Python does not find the module";

/** Path of an extension module without its tag and ending. */
function withoutTag(path: string): string {
  return path.replace(/(\.[^./]+)?\.so$/, "");
}

/** One finding for all of them. Certain if Python imports one of them. */
export function checkBinaries(
  problems: readonly BinaryProblem[],
  target: Pick<Target, "runtime" | "architecture">,
): Finding | undefined {
  const certain = problems.some(({ importable }) => importable);
  const unfit = problems.filter(({ lacks }) => lacks === undefined);
  const reported = certain ? unfit.filter(({ importable }) => importable) : unfit;
  if (reported.length === 0) return undefined;
  const isOwn = reported.some(({ owner }) => owner === null);
  return {
    code: "NATIVE_MISMATCH",
    certain,
    message: listBelow(
      `Native files do not fit ${target.runtime} on ${target.architecture}:`,
      reported.map(({ path, owner, reason }) => `${path} (${owner ?? "own file"}) ${reason}`),
    ),
    hint:
      (isOwn
        ? "To fix this, build your own files for the target, or leave them out with `exclude`. For packages, "
        : "To fix this, ") +
      "use wheels for the target instead of building on this machine (`sourceBuilds`), build with " +
      '`bundling: { mode: "docker" }`, or choose another `runtime` or `architecture`.',
  };
}

async function reasonAgainst(
  file: string,
  needs: ElfNeeds | undefined,
  target: AuditTarget,
): Promise<string | undefined> {
  const found = needs && misfit(needs, target);
  if (found === undefined) return undefined;
  const symbol = found.version === undefined ? undefined : await symbolNeeding(file, found.version);
  return `${found.has}${symbol === undefined ? "" : ` (for ${symbol})`}, ${found.expected}`;
}

/** The system of an extension module that is no ELF file, by the first bytes. */
async function foreignSystem(file: string): Promise<string | undefined> {
  const start = await readStart(file, 4);
  if (/^(cffaedfe|cefaedfe|cafebabe|cafebabf)$/.test(start.toString("hex"))) return "macOS";
  return start.toString("latin1", 0, 2) === "MZ" ? "Windows" : undefined;
}

/** Why a native file does not run on the target. */
interface Misfit {
  /** `needs GLIBC_2.38` */
  readonly has: string;
  /** `but Lambda has glibc 2.34` */
  readonly expected: string;
  /** The symbol version that is too new, when that is why. */
  readonly version?: string;
}

/** Undefined when nothing is known against the file. */
export function misfit({ machine, versions, libraries }: ElfNeeds, target: AuditTarget): Misfit | undefined {
  if (machine !== target.machine) return { has: `is built for ${machine}`, expected: `not for ${target.machine}` };
  const musl = libraries.find((library) => library.startsWith("libc.musl-"));
  if (musl !== undefined) return { has: `is built for musl (${musl})`, expected: "but Lambda has glibc" };
  const [newest] = versions
    .map((version) => ({ version, needs: glibcOf(version) }))
    .filter(({ needs }) => needs !== undefined && compare(needs, target.glibc) > 0)
    .sort((a, b) => compare(b.needs!, a.needs!));
  if (newest === undefined) return undefined;
  const { version } = newest;
  return { has: `needs ${version}`, expected: `but Lambda has glibc ${target.glibc.join(".")}`, version };
}

function glibcOf(version: string): readonly [number, number] | undefined {
  if (version === "GLIBC_ABI_DT_RELR") return [2, 36]; // the first release that knows this mark
  const match = /^GLIBC_(\d+)\.(\d+)/.exec(version);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

type Role = "imported" | "never loaded" | "unknown";

/**
 * `x.so`, `x.abi3.so` and names with exactly this Python and machine are imported. Names with another one never are.
 * A name with any other word (`libx.glibc.so`) is not an extension module: its package opens it by name.
 */
function roleOf(path: string, { minor, machine }: AuditTarget): Role {
  const names = path.split("/");
  const [, stem, tag] = /^([^.]+)\.(?:([^.]+)\.)?so$/.exec(names.at(-1)!) ?? [];
  if (stem === undefined || !/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(stem)) return "unknown";
  if (names.some((name) => name.endsWith(".libs"))) return "unknown";
  if (tag === undefined || tag === "abi3" || tag === `cpython-3${minor}-${machine}-linux-gnu`) return "imported";
  return isTagged(path) ? "never loaded" : "unknown";
}

/**
 * Tags as Pythons write them: `cpython-312-darwin`, `cp312-win_amd64`, `pypy310-pp73-x86_64-linux-gnu`, `abi4`,
 * `graalpy240-310-native-x86_64-linux`.
 */
function isTagged(path: string): boolean {
  return /\.(cpython-\d|cp\d|pypy\d|pyston-?\d|graalpy\d|abi\d)[^./]*\.so$/.test(path);
}
