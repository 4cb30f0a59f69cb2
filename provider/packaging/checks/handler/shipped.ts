import { createOnce, type Once } from "../../../lib/concurrency/once.js";
import { formats } from "../../../formats/index.js";
import { recentContents } from "../../../tree/recentContents.js";
import type { FileTree } from "../../../tree/tree.js";
import type { Artifact, PackageRequest } from "../../request.js";
import { importsInLines, type Import } from "./python/pythonImports.js";
import { topLevelNames, type ModuleNames } from "./python/pythonNames.js";
import { readSyntax, type SyntaxRead } from "./python/pythonSyntax.js";
import { decodePython } from "./python/sourceText.js";
import { TokenError } from "./python/pythonTokens.js";
import { loadSteps, type LoadStep } from "./python/unbound/loadSteps.js";
import { boundNames } from "./python/unbound/pythonBindings.js";
import { unboundNames, type UnboundName } from "./python/unbound/unboundNames.js";

/** The modules that ship. */
export interface Shipped {
  readonly paths: ReadonlySet<string>;
  /** Whether a file is the project's own or a local package's, not a third party's. */
  readonly isOwn: (path: string) => boolean;
  /** Text of one of them. Undefined when it is not available. */
  readonly readModule: (path: string) => Promise<string | undefined>;
  /** Remembers what was read in a module: many import the same ones, and so do other handlers. */
  readonly once: Once;
}

/** The modules of an artifact. `local`: who owns files that are no third party's. */
export function shippedModules(
  {
    request,
    artifact,
    tree,
  }: { readonly request: PackageRequest; readonly artifact: Artifact; readonly tree: FileTree },
  local: ReadonlySet<string | undefined>,
): Shipped {
  const entries = new Map(tree.map((entry) => [entry.path, entry]));
  const once = createOnce();
  return {
    paths: new Set(entries.keys()),
    isOwn: (file) => local.has(entries.get(file)?.owner),
    readModule: (file) =>
      once(`text ${file}`, async () => {
        const recent = recentContents.find(entries.get(file)?.sha256 ?? "");
        const bytes = recent ?? (await formats[request.packageFormat].readModule(artifact.folder, file));
        return bytes && decodePython(Buffer.from(bytes));
      }),
    once,
  };
}

interface ModuleSyntax {
  readonly error: SyntaxRead["error"];
  readonly steps: readonly LoadStep[];
  readonly unbound: readonly UnboundName[];
  readonly imports: readonly Import[];
  /** Whether it can make modules appear which are no files where imports look for them. */
  readonly changesImports: boolean;
}

/** Whether Python 3.`minor`, which is that of the package, can read the module in this file; and what it imports. */
export function syntaxIn({ readModule, once }: Shipped, path: string, minor: number): Promise<ModuleSyntax> {
  return once(`syntax ${path}`, async () => {
    const source = (await readModule(path)) ?? "";
    const read = readSyntax(source, minor);
    const imports = importsInLines(read.lines);
    const bound = read.lines.map(({ tokens }) => boundNames(tokens));
    return {
      ...{ error: read.error, imports, changesImports: changesImports(source) },
      steps: loadSteps(read, imports, bound),
      unbound: unboundNames(source, read, bound, minor),
    };
  });
}

function changesImports(source: string): boolean {
  return (
    /\bsys\b|\bsite\b|\bpkgutil\b|__import__|__path__/.test(source) &&
    /\b(path|modules|meta_path|path_hooks|addsitedir|__path__|extend_path|__import__|runpy|zipimport)\b/.test(source)
  );
}

/** What the module in this file binds. Undefined if it is not available, or cannot be parsed. */
export function namesIn({ readModule, once }: Shipped, path: string): Promise<ModuleNames | undefined> {
  return once(`names ${path}`, async () => {
    const source = await readModule(path);
    if (source === undefined) return undefined;
    try {
      return topLevelNames(source);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return undefined;
    }
  });
}
