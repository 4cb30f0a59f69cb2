import type { Import } from "../pythonImports.js";
import type { SyntaxRead } from "../pythonSyntax.js";

/** What a logical line does to the module that is being loaded. */
export interface LoadStep {
  /** Where the line begins in the source. */
  readonly at: number;
  /** Without those that never run in Lambda. */
  readonly imports: readonly Import[];
  /** Whether they only run when a function is called. */
  readonly isInFunction: boolean;
  /** What the module has afterwards. */
  readonly names: readonly string[];
}

/** The lines that import or bind something, in their order. `bound`: what each line binds. */
export function loadSteps(
  { lines, statements }: SyntaxRead,
  imports: readonly Import[],
  bound: readonly ReadonlySet<string>[],
): LoadStep[] {
  const byLine = new Map<number, Import[]>();
  for (const one of imports) if (!one.isDead) byLine.set(one.line, [...(byLine.get(one.line) ?? []), one]);
  // Functions may be called before the module is loaded.
  const globals = lines.flatMap(({ tokens }, i) => (tokens[0]?.text === "global" ? [...bound[i]!] : []));
  const steps = lines.flatMap(({ tokens }, i) => {
    const isModule = statements[i]?.scope === "module";
    const [found = [], names] = [byLine.get(i), isModule ? [...bound[i]!] : []];
    if (found.length === 0 && names.length === 0) return [];
    return [{ at: tokens[0]!.at, imports: found, isInFunction: !isModule, names }];
  });
  return [{ at: 0, imports: [], isInFunction: false, names: globals }, ...steps];
}
