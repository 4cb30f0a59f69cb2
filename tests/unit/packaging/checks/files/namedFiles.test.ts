import assert from "node:assert/strict";
import { namedFiles } from "../../../../../provider/packaging/checks/files/namedFiles.js";

const pathsOf = (source: string) => namedFiles(source).map(({ path }) => path);

describe("files that a module names", () => {
  const named: Readonly<Record<string, readonly string[]>> = {
    'open("a.json")': ["a.json"],
    'open("./data/a.json", encoding="utf-8")': ["data/a.json"],
    'open(mode="rb", file="a.json")': ["a.json"],
    '(Path(__file__).parent / "data" / "a.json").read_text()': ["data/a.json"],
    'Path(__file__).parent.joinpath("data", "a.json")': ["data/a.json"],
    'os.path.join(os.path.dirname(__file__), "..", "a.json")': ["a.json"],
    'open(f"{HERE}/data/a.json")': ["data/a.json"],
    'importlib.resources.files("app") / "a.json"': ["a.json"],
    'PROMPT_FILE = "a.md"': ["a.md"],
    "config.read('settings.ini')": ["settings.ini"],
    'try:\n    text = open("a.json").read()\nexcept ValueError: pass': ["a.json"],
    'try: pass\nexcept OSError:\n    text = open("a.json").read()': ["a.json"],
    'first = open("a.json"); second = open("b.json")': ["a.json", "b.json"],
    'load(\n    # where it is\n    open(\n        "a.json"\n    )\n)': ["a.json"],
  };
  for (const [source, paths] of Object.entries(named))
    it(source, () => {
      assert.deepEqual(pathsOf(source), paths);
    });

  const others = [
    '# open("a.json")',
    '"""Reads open("a.json")."""',
    'if name == "package.json": pass',
    'names = {"package.json", "requirements.txt"}',
    's3.download_file(bucket, "a.json", target)',
    'open("a.json", "w")',
    'open("/etc/a.json")',
    'open(f"{name}.json")',
    'open(b"a.json")',
    'Path("/tmp") / "a.json"',
    'open(os.path.join(tmp_dir, "a.json"))',
    'open(tempfile.gettempdir() + "/" + "a.json")',
    'open(".env")',
    'Path("app.py")',
    'open("README")',
    'glob(str(HERE / "*.json"))',
    'open("a.json"',
    'try:\n    text = open("a.json").read()\nexcept FileNotFoundError:\n    text = ""',
    'try:\n    text = open("a.json").read()\nexcept ValueError:\n    raise\nexcept (KeyError, OSError): pass',
    'if __name__ == "__main__":\n    main(open("a.json"))',
    'archive.read("a.json")',
    'with ZipFile(f) as zf, zf.open("a.json") as g: pass',
    's3.open("bucket/a.json")',
    '(OUT / "a.json").write_text(text)',
    'if (HERE / "a.json").exists(): pass',
  ];
  for (const source of others)
    it(`none: ${source}`, () => {
      assert.deepEqual(pathsOf(source), []);
    });

  it("knows which are templates", () => {
    const source = 'def page(): return render_template("page.html", logo=open("logo.svg"))';
    assert.deepEqual(namedFiles(source), [
      { path: "page.html", isTemplate: true },
      { path: "logo.svg", isTemplate: false },
    ]);
  });
});
