import { strict as assert } from "node:assert";
import { compareLock } from "../../../../provider/project/lock/lockComparison.js";
import {
  lockedLocalFolders,
  lockedNames,
  lockedVersions,
  lockRequiresPython,
} from "../../../../provider/project/lock/lockfile.js";
import { loadProject } from "../../../../provider/project/workspace.js";
import { pyproject, Scratch } from "../../support/scratch.js";

const root = `[project]
name = "Root_App"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["core", "idna >= 3.0, <4 ; python_version < '3.13'"]
[project.optional-dependencies]
fast = ["certifi"]
[dependency-groups]
dev = ["six", {include-group = "lint"}]
lint = ["toml>=0.10"]
[tool.uv]
constraint-dependencies = ["six<2"]
[tool.uv.workspace]
members = ["packages/*"]
[tool.uv.sources]
core = {workspace = true}
`;

/** As uv 0.13.9 writes it, without artifacts. */
const lock = `version = 1
revision = 5
requires-python = ">=3.11"

[manifest]
members = [
    "core",
    "root-app",
]
constraints = [{ name = "six", specifier = "<2" }]

[[package]]
name = "certifi"
version = "2026.10.18"
source = { registry = "https://example.invalid/simple" }

[[package]]
name = "core"
version = "0.1.0"
source = { editable = "packages/core" }

[[package]]
name = "root-app"
version = "0.1.0"
source = { virtual = "." }

[package.metadata]
requires-dist = [
    { name = "certifi", marker = "extra == 'fast'" },
    { name = "core", editable = "packages/core" },
    { name = "idna", marker = "python_full_version < '3.13'", specifier = ">=3.0,<4" },
]
provides-extras = ["fast"]

[package.metadata.requires-dev]
dev = [
    { name = "six" },
    { name = "toml", specifier = ">=0.10" },
]
lint = [{ name = "toml", specifier = ">=0.10" }]
`;

describe("uv.lock", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  async function compare(text: string, lockText = lock, more: Record<string, string> = {}) {
    const files = {
      "pyproject.toml": text,
      "uv.lock": lockText,
      "packages/core/pyproject.toml": pyproject("core"),
      ...more,
    };
    return compareLock(lockText, await loadProject({ project: await scratch.make(files) }));
  }

  it("gives names, local folders and requires-python", () => {
    assert.deepEqual([...lockedNames(lock)].sort(), ["certifi", "core", "root-app"]);
    assert.deepEqual(lockedLocalFolders(lock), ["packages/core", "."]);
    assert.equal(lockRequiresPython(lock), ">=3.11");
  });

  for (const [kind, end] of [
    ["\\n", "\n"],
    ["\\r\\n, as git may check it out", "\r\n"],
  ] as const)
    it(`gives every locked version of a package, in a lock with the line ends ${kind}`, () => {
      const blocks = ["Typing.Extensions 4.1", "idna 3.1", "typing-extensions 4.2"].map((one) => {
        const [name, version] = one.split(" ");
        return `[[package]]\nname = "${name}"\nversion = "${version}"\nsource = { registry = "https://i.example" }\n`;
      });
      const text = blocks.join("\n").replaceAll("\n", end);
      assert.deepEqual(lockedVersions(text, "typing-extensions"), ["4.1", "4.2"]);
      assert.deepEqual(lockedVersions(text, "six"), []);
    });

  const changes: [what: string, from: string, to: string, status: string, reason?: RegExp][] = [
    ["nothing", "", "", "fresh"],
    ["spaces and order", "idna >= 3.0, <4 ;", "idna<4,>=3;", "fresh"],
    ["an unlocked field", 'version = "0.1.0"', 'version = "0.2.0"', "fresh"],
    [
      "a new dependency",
      '"core",',
      '"core", "tqdm",',
      "stale",
      /tqdm is in pyproject\.toml \(root-app\), but not in uv\.lock/,
    ],
    ["a dependency gone", '"core", ', "", "stale", /core is in uv\.lock, but no longer in pyproject\.toml/],
    [
      "another version",
      "idna >= 3.0",
      "idna >= 3.1",
      "stale",
      /requires idna>=3\.1,<4, but uv\.lock was made for idna/,
    ],
    ["an odd version", "idna >= 3.0", "idna === 3.foo", "undecided"],
    ["another marker", "< '3.13'", "< '3.12'", "undecided", /another source or marker of idna/],
    ["an extra of a dependency", '"core",', '"core[x]",', "stale", /core\[x\]/],
    [
      "another source",
      "core = {workspace = true}",
      'core = {git = "https://example.invalid/x"}',
      "stale",
      /another source or marker of core/,
    ],
    ["a source gone", "core = {workspace = true}", "", "stale", /another source or marker of core/],
    ["a new extra", '"certifi"]', '"certifi"]\nslow = ["six"]', "stale", /six in extra slow/],
    ["an extra's package moved", "fast =", "quick =", "stale", /certifi in extra quick/],
    [
      "a new group's package",
      '"six", {',
      '"six", "ruff", {',
      "stale",
      /ruff is in pyproject\.toml \(group dev of root-app\)/,
    ],
    ["an included group", '"toml>=0.10"', '"toml>=0.11"', "stale", /toml>=0\.11/],
    ["a group gone", 'dev = ["six", {include-group = "lint"}]\n', "", "stale", /the group dev is in uv\.lock/],
    ["legacy dev dependencies", "[tool.uv]", '[tool.uv]\ndev-dependencies = ["pytest"]', "stale", /pytest/],
    ["a constraint", '["six<2"]', '["six<3"]', "stale", /constraint-dependencies\) requires six<3/],
    [
      "an override",
      "[tool.uv]",
      '[tool.uv]\noverride-dependencies = ["six==1.0"]',
      "stale",
      /six is in pyproject\.toml \(override-dependencies\)/,
    ],
    ["a raised requires-python", '">=3.11"', '">=3.12"', "stale", /requires-python is >=3\.12/],
    [
      "dynamic dependencies",
      "[project]",
      '[project]\ndynamic = ["dependencies"]',
      "undecided",
      /computes its dependencies/,
    ],
  ];
  for (const [what, from, to, status, reason] of changes)
    it(`${status} after ${what}`, async () => {
      assert.ok(root.includes(from));
      const comparison = await compare(root.replace(from, to));
      assert.equal(comparison.status, status, comparison.reason);
      if (reason !== undefined) assert.match(comparison.reason, reason);
    });

  it("fresh after an extra is named once instead of twice", async () => {
    const locked = lock.replace('{ name = "core", editable', '{ name = "core", extras = ["x", "x"], editable');
    for (const extras of ["x", "x,x"])
      assert.equal((await compare(root.replace('"core",', `"core[${extras}]",`), locked)).status, "fresh", extras);
    assert.equal((await compare(root.replace('"core",', '"core[y]",'), locked)).status, "stale");
  });

  it("undecided after an odd requires-python", async () => {
    const core = { "packages/core/pyproject.toml": pyproject("core").replace(">=3.11", "!=3.12.1") };
    const comparison = await compare(root.replace(">=3.11", "!=3.12.1"), lock, core);
    assert.deepEqual(comparison, { status: "undecided", reason: "The lock was made for Python >=3.11." });
  });

  it("stale after a member came or went", async () => {
    const added = await compare(root, lock, { "packages/extra/pyproject.toml": pyproject("extra") });
    assert.deepEqual(added, { status: "stale", reason: "extra is a member of the workspace, but not in uv.lock." });
    const gone = await compare(root.replace("packages/*", "libs/*"));
    assert.match(gone.reason, /core is in uv\.lock, but no longer a member/);
  });

  it("names line and column of a lock that is not TOML", async () => {
    await assert.rejects(compare(root, "version = \n"), {
      code: "LOCK_UNREADABLE",
      message: /uv\.lock:1:\d+: is not valid TOML/,
    });
  });
});
