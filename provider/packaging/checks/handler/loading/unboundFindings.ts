import { listBelow } from "../../../../lib/messages/lists.js";
import type { Finding } from "../../finding.js";
import { findModule, handlerModule, walkOwnModules, withParents } from "../modules.js";
import { namesIn, syntaxIn, type Shipped } from "../shipped.js";
import type { AskedHandler } from "../syntaxErrors.js";
import { importedModule } from "../python/pythonImports.js";
import type { UnboundName } from "../python/unbound/unboundNames.js";

interface UnboundInFile extends UnboundName {
  readonly file: string;
}

/**
 * Names that fail with a NameError, in the project's own modules that the handler's module loads. Never certain: a
 * debugger, or a package, may add names to those of Python.
 */
export async function unboundFinding(
  shipped: Shipped,
  { handler, minor }: Pick<AskedHandler, "handler" | "minor">,
): Promise<Finding | undefined> {
  const found = await findUnbound(shipped, handlerModule(handler), minor);
  if (found.length === 0) return undefined;
  const lines = found.map(({ file, line, name, why }) => `${file}:${line}: ${name}${reasons[why]}`);
  const future = found.some(({ why }) => why === "unread")
    ? ", or write `from __future__ import annotations` at the top where they are annotations"
    : "";
  return {
    code: "HANDLER_UNUSABLE",
    certain: false,
    property: "handler",
    message: listBelow(
      "Nothing has defined these names when the code that reads them runs, so it fails with a NameError:",
      lines,
    ),
    hint: `To fix this, define or import them before they are used${future}.`,
  };
}

const reasons: Readonly<Record<UnboundName["why"], string>> = {
  never: "",
  late: ", which is defined further down",
  unread: ", which is only defined in a block that never runs",
};

async function findUnbound(shipped: Shipped, handlerModule: string, minor: number): Promise<UnboundInFile[]> {
  const found: UnboundInFile[] = [];
  const waiting = withParents(handlerModule);
  for (const { module, path: file } of walkOwnModules(shipped, waiting)) {
    const { error, imports, unbound } = await syntaxIn(shipped, file, minor);
    const names = unbound.length === 0 ? undefined : await namesIn(shipped, file);
    // Python binds modules of a package in it when they are loaded.
    const prefix = file.endsWith("/__init__.py") ? `${module}.` : undefined;
    const isInside = (name: string) =>
      prefix !== undefined && findModule(shipped.paths, `${prefix}${name}`) !== undefined;
    if (error === undefined && names?.open === false)
      found.push(...unbound.filter(({ name }) => !isInside(name)).map((one) => ({ ...one, file })));
    for (const from of imports.filter(({ isTopLevel }) => isTopLevel)) {
      const target = importedModule(file, from);
      if (target === undefined) continue;
      waiting.push(...[target, ...from.names.map((name) => `${target}.${name}`)].flatMap(withParents));
    }
  }
  return found;
}
