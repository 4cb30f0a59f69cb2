/**
 * Run by the interpreter of the runtime's minor version; argv: a JSON file with [source, path at run time] pairs, a
 * file for all bytecode end to end, and a path that nobody uses. One process in the given order, because marshal's
 * output may depend on what was compiled before. Sources that do not compile (templates, old syntax in test data) get
 * no bytecode; Python would not import them either. Prints the size of each as JSON, null where there is none.
 */
export const compileScript = `
import importlib._bootstrap_external as writer
import json, os, py_compile, sys
jobs, output, unused = sys.argv[1:]
written = []
# Creating a file for each module takes a third of the time of compiling it.
writer._write_atomic = lambda path, data, mode=0o666: written.append(bytes(data))
sizes = []
with open(jobs, encoding="utf-8") as file:
    pairs = json.load(file)
with open(output, "wb") as file:
    for source, shown in pairs:
        made = None
        try:
            made = py_compile.compile(source, cfile=unused, dfile=shown, quiet=2,
                                      invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
        except (ValueError, RecursionError):
            pass
        if made is None:
            sizes.append(None)
            continue
        if not written:
            with open(unused, "rb") as own:
                written.append(own.read())
            os.remove(unused)
        data = written.pop()
        sizes.append(len(data))
        file.write(data)
print(json.dumps(sizes))
`;
