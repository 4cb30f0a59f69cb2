import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { adversarialInputs } from "../support/patternInputs.js";

const provider = path.resolve("provider");

interface Pattern {
  readonly where: string;
  readonly pattern: RegExp;
}

/** Every regular expression that is written in a file, wherever it is. */
function patternsOf(file: string): Pattern[] {
  const source = ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Pattern[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const flags = node.text.slice(end + 1).replace("g", "");
      found.push({
        where: `${path.relative(provider, file)}:${line}`,
        pattern: new RegExp(node.text.slice(1, end), flags),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Patterns that are put together while the program runs, by the file that does it, each as it comes out at its worst.
 * Of leftOutImports.ts the words are identifiers, see `noteLeftOut`; ownFileFilter.ts takes no other names.
 */
const assembled: Readonly<Record<string, readonly RegExp[]>> = {
  "packaging/checks/leftOutImports.ts": [/\b(a|aa|aaa|test_a|a_test|conftest)\b/],
  // Each token is a pattern of the file.
  "packaging/checks/secretTexts.ts": [/(hf_[A-Za-z]{34})|(sk-[\w-]{20,200}T3BlbkFJ[\w-]{20,200})|(glpat-[\w-]{20})/],
  "tree/names.ts": [/[\u0000-\u001f\u007f-\u009f]/],
  "inputs/rules/settingRules.ts": [/^arn:aws[a-z-]*:(sqs|sns|lambda|events|s3):[^:]*:(\d{12})?:\S+$/],
};

/** Files that hold `new RegExp(...)` or `RegExp(...)`. */
function assembles(file: string): boolean {
  return /\bRegExp\(/.test(fs.readFileSync(file, "utf8"));
}

/** Milliseconds of processor time, the least of several runs, so that other work of the machine does not count. */
function cost(pattern: RegExp, text: string, runs: number): number {
  let least = Infinity;
  for (let i = 0; i < runs; i++) {
    const before = process.cpuUsage();
    pattern.lastIndex = 0;
    pattern.exec(text);
    least = Math.min(least, process.cpuUsage(before).user / 1000);
  }
  return least;
}

/** Short texts first, so that exponential time is noticed before it would take for ever. */
const lengths = [13, 300, 3000, 24_000];

/** A text for which twice the length takes much more than twice the time. Undefined when there is none. */
function slowText(pattern: RegExp): string | undefined {
  for (const length of lengths) {
    const [short, long] = [adversarialInputs(pattern, length), adversarialInputs(pattern, 2 * length)];
    for (const [i, text] of long.entries()) {
      // Each character for each other one would take a second at the greatest length, and much more than this at
      // shorter ones.
      if (cost(pattern, text, 1) < 20) continue;
      // Measured again and again: what is slow stays slow, and a garbage collection in between does not.
      const isSlow = () =>
        cost(pattern, text, 3) >= 20 && cost(pattern, text, 3) / cost(pattern, short[i] ?? "", 3) > 3;
      if ([1, 2, 3].every(isSlow)) return text;
    }
  }
  return undefined;
}

describe("Regular expressions", function () {
  this.timeout(300_000);
  const files = fs
    .readdirSync(provider, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(provider, file));

  it("take time in proportion to the text, on texts made to be slow", () => {
    const written = Object.entries(assembled).flatMap(([where, list]) => list.map((pattern) => ({ where, pattern })));
    const patterns = [...files.flatMap(patternsOf), ...written];
    assert.ok(patterns.length > 200, `only ${patterns.length} were found`);
    const slow = patterns.flatMap(({ where, pattern }) => {
      const text = slowText(pattern);
      return text === undefined ? [] : [`${where} ${String(pattern)} on ${JSON.stringify(text.slice(0, 40))}...`];
    });
    assert.deepEqual(slow, []);
  });

  it("are in the code, or above where they are put together", () => {
    const found = files.filter(assembles).map((file) => path.relative(provider, file));
    assert.deepEqual(found.sort(), Object.keys(assembled).sort());
  });

  it("would be noticed if they were slow", () => {
    const known = [/(\S+) has no (?:usable )?wheels\b/, /\s+$/, /^(a+)+$/, /^\d+\d*$/, /"[^,]*x/, /name = (.*)\n.*;/s];
    const overlooked = known.filter((pattern) => slowText(pattern) === undefined);
    assert.deepEqual(overlooked.map(String), []);
  });
});
