import { compileGlob, type Glob } from "../../lib/patterns/glob.js";
import { holdsOnlyCertificates } from "./pem.js";
import { mayBePlaced, placedNames, placedRecord } from "./placedFiles.js";

/** What a rule can use to decide about a file or folder of the project. */
export interface Candidate {
  /** Path inside the archive. */
  readonly path: string;
  readonly isFolder: boolean;
  /** Whether the folder, or the folder of the file, contains a file with this name. */
  readonly holds: (name: string) => boolean;
  /** Names in the folder, or in the folder of the file. */
  readonly names: () => readonly string[];
  /** The file's text. Undefined when it cannot be read. */
  readonly text: () => string | undefined;
  /** The text of the file with this name in the folder where the candidate lies. Undefined when it cannot be read. */
  readonly textBeside: (name: string) => string | undefined;
}

type Rule = (candidate: Candidate) => boolean;

/** Never ships, not even when `include` names it: it belongs to a machine or to another program. */
export const never: Rule = anyOf([
  named("__pycache__/", "*.pyc", "*.pyo", ".git", ".uvlambda/", ".venv/"),
  ({ isFolder, holds }) => isFolder && holds("pyvenv.cfg"),
  ({ isFolder, holds }) => isFolder && (holds("Pulumi.yaml") || holds("Pulumi.yml")),
  isPlaced,
]);

/** Does not ship unless `include` brings it back. */
export const leftOutByDefault: Rule = anyOf([
  named(".*"),
  isClosedPem,
  named("node_modules/", "cdk.out/", ".terraform/", "*.egg-info/", "htmlcov/"),
  named("/tests/", "/test/"),
  files("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json", "*.tfstate*"),
  holdsTerraform,
  // `uv lock --script handler.py` writes handler.py.lock.
  files("uv.lock", "*.py.lock", "pyproject.toml", "uv.toml"),
  // Modules such as `license_check.py` begin like these files, but are code.
  exceptPython(files("README*", "readme*", "LICENSE*", "LICENCE*", "Dockerfile*")),
  exceptPython(files("/Makefile", "/*.md", "/*.Dockerfile", "/docker-compose*", "/compose.y*ml")),
  exceptPython(files("/Pipfile*", "/requirements*.txt", "/tox.ini", "/pytest.ini", "/setup.cfg")),
  files("/noxfile.py"),
  exceptPython(files("/cdk.json", "/template.y*ml", "/samconfig.*", "/serverless.y*ml", "/sst.config.*")),
  files("/package*.json"),
  // Locks, settings and recipes of other tools, which no code reads.
  files("/poetry.lock", "/pdm.lock", "/requirements*.lock", "/pylock*.toml", "/yarn.lock", "/pnpm-lock.yaml"),
  files("/tsconfig*.json", "/mypy.ini", "/ruff.toml", "/MANIFEST.in", "/mkdocs.yml", "/buildspec*.y*ml"),
  files("/justfile", "/Justfile", "/Taskfile.y*ml"),
  isBuildOutput,
  isOfProgram,
]);

/** The same, except in a folder that `include` names: a user who wants tests wants these files. */
export const isTest: Rule = files("test_*.py", "*_test.py", "conftest.py");

/** What `uvlambda build --out` has put there: each build would pack the ones before. */
function isPlaced({ path, textBeside }: Candidate): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return mayBePlaced(name) && placedNames(textBeside(placedRecord) ?? "").includes(name);
}

/** Certificates are public. Anything else in this form may be a key. */
function isClosedPem({ path, isFolder, text }: Candidate): boolean {
  return !isFolder && /\.pem$/i.test(path) && !holdsOnlyCertificates(text() ?? "");
}

/** The program of another tool. A Python package may still be beside it. */
function holdsTerraform({ isFolder, holds, names }: Candidate): boolean {
  return isFolder && names().some((name) => /\.tf(\.json)?$/.test(name)) && !holds("__init__.py");
}

/** Leftovers of build backends are at the top or beside a project file. The `static/dist` of a web page is content. */
function isBuildOutput({ path, isFolder, holds }: Candidate): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (!isFolder || (name !== "dist" && name !== "build") || holds("__init__.py")) return false;
  return name === path || holds("../pyproject.toml") || holds("../setup.py");
}

const programFiles = files(
  ..."/*.ts /package.json /package-lock.json /yarn.lock /pnpm-lock.yaml /tsconfig*.json".split(" "),
  ..."/__main__.py /*.go /go.mod /go.sum /*.cs /*.csproj /pom.xml".split(" "),
);

const settingsOfStacks = files("Pulumi*.yaml", "Pulumi*.yml");

/** A Pulumi program in the folder that it packages cannot be left out as a folder. */
export function isOfProgram(candidate: Candidate): boolean {
  if (settingsOfStacks(candidate)) return true;
  return programFiles(candidate) && (candidate.holds("Pulumi.yaml") || candidate.holds("Pulumi.yml"));
}

/**
 * Whether a pattern names what does not ship anyway, like one from a .gitignore: it is no mistake if it matches
 * nothing.
 */
export function namesLeftOut({ pattern }: Glob): boolean {
  const nothing = { holds: () => false, names: () => [], text: () => undefined, textBeside: () => undefined };
  const segments = pattern.split("/").filter((segment) => segment !== "" && !/^\*+$/.test(segment));
  return segments.some((segment) =>
    [true, false].some((isFolder) => {
      const candidate = { path: segment.replace(/[*?]/g, "x"), isFolder, ...nothing };
      return never(candidate) || leftOutByDefault(candidate) || isTest(candidate);
    }),
  );
}

function anyOf(rules: readonly Rule[]): Rule {
  return (candidate) => rules.some((rule) => rule(candidate));
}

/** Files and folders by globs. A trailing slash means only folders. */
function named(...patterns: readonly string[]): Rule {
  const globs: readonly Glob[] = patterns.map(compileGlob);
  return ({ path, isFolder }) => globs.some((glob) => glob.matches(path, isFolder));
}

function files(...patterns: readonly string[]): Rule {
  const matches = named(...patterns);
  return (candidate) => !candidate.isFolder && matches(candidate);
}

function exceptPython(rule: Rule): Rule {
  return (candidate) => !candidate.path.endsWith(".py") && rule(candidate);
}
