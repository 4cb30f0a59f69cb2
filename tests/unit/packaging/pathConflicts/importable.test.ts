import { strict as assert } from "node:assert";
import { isImportable, isNamespaceStub } from "../../../../provider/packaging/pathConflicts/importable.js";

describe("whether a path matters to import", () => {
  for (const path of [
    "a.py",
    "a.so",
    "a.pth",
    "a/b.py",
    "a/b/data.json",
    "größe/x.txt",
    "a-b/c.py",
    "a/data/2016-11-15/s.json",
  ])
    it(`${path} does`, () => assert.equal(isImportable(path), true));
  for (const path of ["README.md", "bin/x.py", "share/x.py", "tests/a.py", "a/tests/b.py", "a-1.0.dist-info/RECORD"])
    it(`${path} does not`, () => assert.equal(isImportable(path), false));
});

describe("a namespace package's __init__.py", () => {
  const stubs = [
    "__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n",
    "from pkgutil import extend_path\n\n__path__ = extend_path(__path__, __name__)  # type: ignore\n",
    "import pkgutil\r\n__path__ = pkgutil.extend_path(__path__, __name__)\r\n",
    "import pkg_resources; pkg_resources.declare_namespace(__name__)\n",
    '# License\n"""A namespace\npackage."""\ntry:\n    import pkg_resources\n    pkg_resources.declare_namespace(__name__)\n' +
      "except ImportError:\n    import pkgutil\n    __path__ = pkgutil.extend_path(__path__, __name__)\n",
    "__import__('pkg_resources').declare_namespace(__name__)\n",
    "from typing import List\nimport pkgutil\n__path__: List[str] = pkgutil.extend_path(__path__, __name__)\n",
  ];
  for (const text of stubs) it(JSON.stringify(text), () => assert.equal(isNamespaceStub("a/__init__.py", text), true));

  const others: [path: string, text: string][] = [
    ["a/__init__.py", ""],
    ["a/__init__.py", "# nothing\n"],
    ["a/__init__.py", `${stubs[0]}VERSION = 1\n`],
    ["a/__init__.py", "import pkg_resources\n__version__ = pkg_resources.get_distribution('a').version\n"],
    ["a/main.py", stubs[0]!],
  ];
  for (const [path, text] of others)
    it(`is not ${path} with ${JSON.stringify(text)}`, () => assert.equal(isNamespaceStub(path, text), false));
});
