import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

const provider = path.resolve(__dirname, "../../provider");

/** A sentence for users: at least six words and a full stop, or advice. Values in it are left out. */
function isSentence(text: string): boolean {
  return text.split(/\s+/).length >= 6 && (/[.:!]$/.test(text.trim()) || /to fix this/i.test(text));
}

/** The texts of string literals and templates in a source file, with `{}` for the values in templates. */
function textsOf(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) found.push(node.text);
    if (ts.isTemplateExpression(node))
      found.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("{}"));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("file.ts", source, ts.ScriptTarget.Latest));
  return found;
}

/** Sentences that occur in more than one file, each with its files. */
function repeated(files: ReadonlyMap<string, string>): [text: string, files: string[]][] {
  const places = new Map<string, Set<string>>();
  for (const [file, source] of files)
    for (const text of textsOf(source).filter(isSentence))
      places.set(text, (places.get(text) ?? new Set<string>()).add(file));
  return [...places].filter(([, { size }]) => size > 1).map(([text, names]) => [text, [...names].sort()]);
}

describe("the sentences of messages", () => {
  it("are each in one place", () => {
    const names = fs.readdirSync(provider, { recursive: true, encoding: "utf8" });
    const files = new Map(
      names
        .filter((name) => name.endsWith(".ts"))
        .map((name) => [name, fs.readFileSync(path.join(provider, name), "utf8")]),
    );
    assert.ok(files.size > 200, "the files were not found");
    assert.deepEqual(repeated(files), []);
  });

  it("would be noticed in two places", () => {
    const sentence = "`${file} is missing. To fix this, run it again in the folder.`";
    const files = new Map([
      ["a.ts", `const file = 1; throw new Error(${sentence});`],
      ["b.ts", `const file = 2; log(${sentence});`],
    ]);
    assert.deepEqual(repeated(files), [["{} is missing. To fix this, run it again in the folder.", ["a.ts", "b.ts"]]]);
  });
});
