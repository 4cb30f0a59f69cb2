const dataFolders = new Set(["bin", "share", "etc", "include", "docs", "examples", "benchmarks", "scripts"]);

/** Whether a path can matter to `import`: a module, or anything inside a package, outside of tests. */
export function isImportable(path: string): boolean {
  const names = path.split("/");
  const file = names.pop()!;
  if (names.length === 0) return /\.(py|so|pth)$/.test(file);
  if (names.some((name) => name === "tests" || name === "test")) return false;
  // A package may read anything below it, such as `botocore/data/2016-11-15/service.json`.
  return !dataFolders.has(names[0]!) && /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(names[0]!);
}

/** A text with the effect of all the spellings of a legacy namespace package's `__init__.py`. */
export const NAMESPACE_STUB = Buffer.from('__path__ = __import__("pkgutil").extend_path(__path__, __name__)\n');

const docstrings = /"""[^]*?"""|'''[^]*?'''/g;
const namespaceStatement =
  /^(try:|except\b.*:|pass|import (pkgutil|pkg_resources)|from (pkgutil|typing) import .*|(__path__\s*(:[^=]+)?=\s*)?((__import__\(.*?\)|pkgutil|pkg_resources)\.)?(extend_path|declare_namespace)\(.*\))$/;

/** Whether a file only makes its folder a namespace package, like every other such file. */
export function isNamespaceStub(path: string, text: string): boolean {
  if (!path.endsWith("/__init__.py")) return false;
  const lines = text.replace(docstrings, "").split(/[\n;]/);
  const statements = lines.map((line) => line.replace(/#.*/, "").trim()).filter((line) => line !== "");
  return statements.length > 0 && statements.every((statement) => namespaceStatement.test(statement));
}
