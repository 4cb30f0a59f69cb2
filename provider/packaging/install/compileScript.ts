/**
 * Run by the interpreter of the runtime's minor version; argv: a JSON file with [source, target, path at run time] triples.
 * One process in the given order, because marshal's output may depend on what was compiled before. Sources that do not
 * compile (templates, old syntax in test data) get no bytecode; Python would not import them either. Prints their number.
 */
export const compileScript = `
import json, os, py_compile, sys
skipped = 0
with open(sys.argv[1], encoding="utf-8") as jobs:
    triples = json.load(jobs)
for source, target, shown in triples:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    try:
        py_compile.compile(source, cfile=target, dfile=shown, doraise=True, quiet=2,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except (py_compile.PyCompileError, ValueError, RecursionError):
        skipped += 1
print(skipped)
`;
