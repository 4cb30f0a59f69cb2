import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

const root = path.resolve(__dirname, "../..");

/** Generators write what the schema has, and every SDK is a program of its own. */
const notOurs = /^(sdk|examples)\/|\.d\.ts$/;

interface Source {
  readonly file: string;
  /** Names of exported functions, classes and values. Types are left out: they describe what the values take. */
  readonly exported: readonly string[];
  readonly used: ReadonlySet<string>;
}

describe("files", () => {
  const files = execFileSync("git", ["ls-files", "*.ts"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file !== "" && !notOurs.test(file) && fs.existsSync(path.join(root, file)));
  const product = files.filter((file) => file.startsWith("provider/"));

  it("of the product are at most 15 in a folder", () => {
    const counts = countBy(product, (file) => path.dirname(file));
    assert.ok(counts.size > 20, "the test must have found the folders");
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 15),
      [],
    );
  });

  it("of the product have names of their own", () => {
    const counts = countBy(product, (file) => path.basename(file));
    const doubles = [...counts].filter(([name, count]) => count > 1 && name !== "index.ts");
    assert.deepEqual(doubles, []);
  });

  for (const suite of ["packaging", "engine", "faults"])
    it(`of tests/${suite} have a row in its README.md`, () => {
      const folder = path.join(root, "tests", suite);
      const readme = fs.readFileSync(path.join(folder, "README.md"), "utf8");
      const tests = fs.readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
      assert.ok(tests.length > 0);
      assert.deepEqual(
        tests.filter((name) => !readme.includes(`\`${name}\``)),
        [],
      );
    });

  it("export no value that only they use", () => {
    assert.deepEqual(unusedExports(files.map(readSource)), []);
  });

  it("would show an unused export", () => {
    const [one, other] = [
      "export const a = 1; export function b() { return a; }",
      'import { b } from "./one.js"; b();',
    ];
    assert.deepEqual(unusedExports([sourceOf("one.ts", one), sourceOf("other.ts", other)]), ["one.ts: a"]);
  });
});

function countBy(files: readonly string[], keyOf: (file: string) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(keyOf(file), (counts.get(keyOf(file)) ?? 0) + 1);
  return counts;
}

function unusedExports(sources: readonly Source[]): string[] {
  const usedBy = new Map<string, number>();
  for (const { used } of sources) for (const name of used) usedBy.set(name, (usedBy.get(name) ?? 0) + 1);
  return sources.flatMap(({ file, exported }) =>
    exported.filter((name) => usedBy.get(name) === 1).map((name) => `${file}: ${name}`),
  );
}

function readSource(file: string): Source {
  return sourceOf(file, fs.readFileSync(path.join(root, file), "utf8"));
}

function sourceOf(file: string, text: string): Source {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const used = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { file, exported: source.statements.flatMap(exportedValues), used };
}

function exportedValues(statement: ts.Statement): string[] {
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name.text] : []));
  const isValue = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
  return isValue && statement.name !== undefined ? [statement.name.text] : [];
}
