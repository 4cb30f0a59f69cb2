import { normaliseName } from "../../project/pyproject.js";
import type { PackedFile, Share } from "./shares.js";

/** Something that could be left out. */
export interface Suggestion {
  readonly what: string;
  /** The input that leaves it out, and its value in YAML and JSON. */
  readonly input: string;
  readonly value: readonly string[] | boolean;
  /** Bytes unpacked. */
  readonly saves: number;
}

/** Smaller savings are not worth a change. */
const worthwhileBytes = 100_000;

/** The most certain first. A file counts for the first kind that it fits. */
const kinds: readonly Kind[] = [
  packages("packages that Lambda's runtime contains", /^(boto3|botocore|s3transfer|jmespath)$/, /^boto3$/),
  packages("installers, which no function needs", /^(pip|setuptools|wheel|uv)$/),
  packages("type stubs", /(-stubs$|^types-|^mypy-boto3)/),
  files("tests of packages", ["**/tests/**", "**/test/**"], /(^|\/)tests?\//),
  files("type stubs in packages", ["**/*.pyi"], /\.pyi$/),
  files(
    "sources and headers of compiled modules",
    ["**/*.c", "**/*.cpp", "**/*.h", "**/*.hpp", "**/*.pyx", "**/*.pxd", "**/*.a"],
    /\.(c|cpp|h|hpp|pyx|pxd|a)$/,
  ),
  { what: "bytecode", input: "bytecode", fits: (_, file) => file.path.endsWith(".pyc"), value: () => false },
];

interface Kind {
  readonly what: string;
  readonly input: string;
  readonly fits: (owner: string, file: PackedFile) => boolean;
  readonly value: (owners: ReadonlySet<string>) => readonly string[] | boolean;
}

/** `named` selects the packages to name, if the others are left out with them. */
function packages(what: string, pattern: RegExp, named = pattern): Kind {
  return {
    what,
    input: "prune",
    fits: (owner) => pattern.test(owner),
    value: (owners) => [...owners].filter((owner) => named.test(owner)).sort(),
  };
}

function files(what: string, globs: readonly string[], pattern: RegExp): Kind {
  return { what, input: "dependencyExclude", fits: (_, file) => pattern.test(file.path), value: () => globs };
}

/** What would make the artifact smaller, the largest savings first. Own files are not judged. */
export function suggestions(shares: readonly Share[]): Suggestion[] {
  const found = new Map<Kind, { saves: number; owners: Set<string> }>();
  for (const { name, files: packed } of shares) {
    if (name === undefined) continue;
    const owner = normaliseName(name);
    for (const file of packed) {
      const kind = kinds.find((one) => one.fits(owner, file));
      if (kind === undefined) continue;
      const sum = found.get(kind) ?? { saves: 0, owners: new Set<string>() };
      found.set(kind, sum);
      sum.saves += file.unzipped;
      sum.owners.add(owner);
    }
  }
  return [...found]
    .map(([{ what, input, value }, { saves, owners }]) => ({ what, input, value: value(owners), saves }))
    .filter(({ saves, value }) => saves >= worthwhileBytes && !(Array.isArray(value) && value.length === 0))
    .sort((a, b) => b.saves - a.saves);
}
