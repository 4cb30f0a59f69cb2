import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";

const root = path.join(__dirname, "..", "..");
const folders = ["archive", "formats", "lib", "packaging", "project", "store", "tree", "uv"];

/** Texts that propose a value, a setting or a command; several of them may make one hint. */
const proposal = /To fix this|Did you mean|`[^`]+(: |= | )[^`]+`|`--?\w|[Ss]et `|\b[Ss]et ([A-Z]{2,}_|TMPDIR)/;

/** How many such texts a file has, and the tests that do what they say, or why none does. */
type Row = readonly [count: number, ...followedBy: string[]];

const handlerHints = ["packaging/handlerHints.test.ts", "packaging/handlerNames.test.ts"] as const;
const projectHints = "packaging/projectHints.test.ts";
const wheelHints = "packaging/wheelHints.test.ts";
const machine = "- what to do lies on the machine; tests look at the words";
const defect = "- no hint: it tells of a program that answers something unexpected";
const noValue = "- names inputs and no value for them";

const table: Readonly<Record<string, Row>> = {
  "archive/zipRecords.ts": [1, noValue],
  "lib/patterns/glob.ts": [1, noValue],
  "lib/processes/process.ts": [1, machine],
  "lib/regularFile.ts": [1, machine],
  "lib/suggest.ts": [1, projectHints],
  "lib/systemErrors.ts": [4, machine],
  "lib/toml.ts": [1, machine],
  "packaging/checks/binaries/binaries.ts": [1, "packaging/checks.test.ts", noValue],
  "packaging/checks/collisions.ts": [4, "packaging/conflicts.test.ts", "packaging/formats.test.ts"],
  "packaging/checks/emptiness.ts": [2, projectHints],
  "packaging/checks/handler/handler.ts": [9, ...handlerHints],
  "packaging/checks/handler/projectLook.ts": [10, ...handlerHints],
  "packaging/checks/handler/unfitFinding.ts": [4, "packaging/handlerCalls.test.ts"],
  "packaging/checks/leftOutImports.ts": [2, "packaging/leftOutImports.test.ts"],
  "packaging/checks/secrets.ts": [1, "packaging/ownFiles.test.ts", "unit/packaging/checks/secrets.test.ts"],
  "packaging/checks/sizes.ts": [3, "packaging/checks.test.ts"],
  "packaging/closure/buildPolicy.ts": [6, "packaging/buildPolicy.test.ts"],
  "packaging/closure/coverage.ts": [5, "packaging/lockCoverage.test.ts", projectHints],
  "packaging/closure/provided.ts": [2, projectHints, "packaging/provided.test.ts"],
  "packaging/closure/requireHashes.ts": [3, "faults/hashes.test.ts"],
  "packaging/closure/requiresPython.ts": [3, projectHints],
  "packaging/install/bytecode.ts": [1, "- needs a broken interpreter"],
  "packaging/install/distributions.ts": [1, noValue],
  "packaging/install/interpreter.ts": [1, "- `bytecode: false` is what most tests have; the command needs a download"],
  "packaging/packs/localBuild.ts": [2, "packaging/sourceBuilds.test.ts"],
  "project/lock/lockErrors.ts": [1, projectHints],
  "project/lock/lockfile.ts": [1, projectHints],
  "project/lock/pylock.ts": [2, defect],
  "project/projectErrors.ts": [1, "packaging/docker.test.ts"],
  "project/sources/ownFiles.ts": [1, projectHints],
  "project/wheels/missingWheels.ts": [9, wheelHints],
  "project/workspace.ts": [5, projectHints],
  "store/locks/lock.ts": [1, machine],
  "store/sharedEntries.ts": [1, machine],
  "store/store.ts": [1, machine],
  "store/storeError.ts": [4, machine],
  "store/systemTemporary.ts": [1, machine],
  "tree/scan.ts": [3, projectHints],
  "uv/buildWheel.ts": [3, "packaging/buildPolicy.test.ts"],
  "uv/docker.ts": [5, machine],
  "uv/errorTable.ts": [9, "packaging/sourceBuilds.test.ts", projectHints, machine],
  "uv/exportSbom.ts": [1, defect],
  "uv/find.ts": [3, machine],
};

describe("hints that propose something", () => {
  const found = new Map<string, string[]>();
  for (const folder of folders)
    for (const file of fs.readdirSync(path.join(root, "provider", folder), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const name = `${folder}/${file.split(path.sep).join("/")}`;
      const texts = textsOf(fs.readFileSync(path.join(root, "provider", name), "utf8"));
      const proposing = texts.filter((text) => text.includes(" ") && proposal.test(text));
      if (proposing.length > 0) found.set(name, proposing);
    }

  it("are followed by a test, or say why not: a new one needs a test that follows it, and its row here", () => {
    const counts = Object.fromEntries([...found].sort().map(([file, texts]) => [file, texts.length]));
    const known = Object.fromEntries(
      Object.entries(table)
        .sort()
        .map(([file, [count]]) => [file, count]),
    );
    assert.deepEqual(
      counts,
      known,
      [...found.entries()].map(([file, texts]) => [file, ...texts].join("\n  ")).join("\n"),
    );
  });

  it("name tests that are there", () => {
    for (const [file, [, ...followedBy]] of Object.entries(table)) {
      assert.ok(followedBy.length > 0, file);
      for (const one of followedBy)
        assert.ok(one.startsWith("- ") || fs.existsSync(path.join(root, "tests", one)), one);
    }
  });
});

/** String literals and templates of a module, with `{}` for what is put in; joined where `+` joins them. */
function textsOf(source: string): string[] {
  const texts: string[] = [];
  const textOf = (node: ts.Node): string | undefined => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node))
      return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
    if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
    return isSum(node) ? (textOf(node.left) ?? "{}") + (textOf(node.right) ?? "{}") : undefined;
  };
  const inner = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) node.templateSpans.forEach(({ expression }) => visit(expression));
    else if (isSum(node)) [node.left, node.right].forEach(inner);
    else if (ts.isParenthesizedExpression(node)) inner(node.expression);
    else if (textOf(node) === undefined) visit(node);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    const text = isSum(node) || !ts.isParenthesizedExpression(node) ? textOf(node) : undefined;
    if (text === undefined) return ts.forEachChild(node, visit);
    texts.push(text);
    inner(node);
  };
  visit(ts.createSourceFile("module.ts", source, ts.ScriptTarget.Latest));
  return texts;
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}
