import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

const tests = path.resolve(__dirname, "..");

/** What a condition asks about the machine. `canCall` is not among it: it says itself what is left out. */
const asksMachine =
  /\bprocess\.(platform|arch|getuid|geteuid|env)\b|\b(isRoot|findTool|findInterpreter|canListProcesses|testUv)\b|\bwhyNo/;

/** What says so. */
const says = /\b(skip|skipIf|sayLeftOut)\(/;

/** One sentence for each place where a test does less than its name says and nobody hears of it. */
function silentSkips(file: string, source: string): string[] {
  const found: string[] = [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const tell = (node: ts.Node, what: string): void => {
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${file}:${line + 1}: ${what}`);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.name.text === "skip") tell(node, "skips without skip()");
    if (ts.isIdentifier(node) && /^x(it|describe)$/.test(node.text)) tell(node, "skips without skip()");
    if (ts.isStringLiteralLike(node) && /^\s*skipped:/.test(node.text)) tell(node, "says so without sayLeftOut()");
    if (ts.isTemplateExpression(node) && /^\s*skipped:/.test(node.head.text))
      tell(node, "says so without sayLeftOut()");
    if (ts.isIfStatement(node) && isSilent(node)) tell(node, "leaves something out without a word");
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isSilent(node: ts.IfStatement): boolean {
  if (!asksMachine.test(node.expression.getText()) || says.test(node.getText())) return false;
  return endsOnly(node.thenStatement) || /\bassert\b/.test(node.thenStatement.getText());
}

function endsOnly(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) return statement.statements.length === 1 && endsOnly(statement.statements[0]!);
  return ts.isContinueStatement(statement) || (ts.isReturnStatement(statement) && statement.expression === undefined);
}

describe("a test that is skipped", () => {
  it("always says why, through tests/support/skip.ts", () => {
    const names = fs.readdirSync(tests, { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => name.endsWith(".ts") && !name.includes("node_modules"));
    assert.ok(files.length > 300, "the test must have found the files");
    const others = files.filter((name) => name !== path.join("support", "skip.ts"));
    assert.deepEqual(
      others.flatMap((name) => silentSkips(name, fs.readFileSync(path.join(tests, name), "utf8"))),
      [],
    );
  });

  for (const silent of [
    "it('a', function () { if (!isRoot) this.skip(); });",
    "it.skip('a', () => {});",
    "xit('a', () => {});",
    "if (process.platform === 'win32') return;",
    "for (const one of all) { if (findTool('git', 'G') === undefined) { continue; } }",
    "if (process.getuid?.() === 0) assert.equal(a, b);",
    "console.log('  skipped: a');",
    "console.log(`skipped: ${why}`);",
  ])
    it(`would be noticed in ${silent}`, () => {
      assert.equal(silentSkips("a.test.ts", `function a() { ${silent} }`).length, 1);
    });

  for (const heard of [
    "if (!isRoot) skip(this, 'needs root');",
    "if (process.getuid?.() === 0) assert.equal(a, b); else sayLeftOut('the user');",
    "if (process.platform !== 'linux') return 'needs Linux';",
    "if (!canCall('3.11')) return;",
    "if (isRoot) chown(file);",
  ])
    it(`may be written as ${heard}`, () => {
      assert.deepEqual(silentSkips("a.test.ts", `function a() { ${heard} }`), []);
    });
});
