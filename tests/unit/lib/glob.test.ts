import { strict as assert } from "node:assert";
import { compileGlob, GlobError, matchesWithParents } from "../../../provider/lib/patterns/glob.js";

const cases: [pattern: string, matching: string[], other: string[]][] = [
  ["*.json", ["a.json", "x/y/a.json", ".json"], ["a.jsonl", "a.json/x"]],
  ["docs", ["docs", "a/docs"], ["docs2", "docs/x"]],
  ["/docs", ["docs"], ["a/docs"]],
  ["data/*.json", ["data/a.json"], ["x/data/a.json", "data/x/a.json"]],
  ["**/data/*.json", ["data/a.json", "x/y/data/a.json"], ["data/x/a.json"]],
  ["data/**", ["data/a", "data/a/b"], ["data", "x/data/a"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/x", "b", "x/a/b"]],
  ["a/**/b/**/c", ["a/b/c", "a/b/b/x/c"], ["a/c", "a/b/x"]],
  ["**", ["a", "a/b"], []],
  ["?.py", ["a.py", "é.py", "😀.py"], ["ab.py", ".py"]],
  ["[a-c]x", ["ax", "cx"], ["dx", "x"]],
  ["[!a-c]x", ["dx"], ["ax"]],
  ["[^a]x", ["bx"], ["ax"]],
  ["[]]x", ["]x"], ["ax"]],
  ["[x", ["[x"], ["x"]],
  ["*.{js,ts}", ["a.js", "b/c.ts"], ["a.py", "a.{js,ts}"]],
  ["{a,b/{c,d}}/x", ["a/x", "b/c/x", "b/d/x"], ["b/x", "c/x"]],
  ["{only}", ["{only}"], ["only"]],
  ["\\*x", ["*x"], ["ax"]],
  ["./a/b", ["a/b"], ["c/a/b"]],
];

describe("glob", () => {
  for (const [pattern, matching, other] of cases) {
    it(pattern, () => {
      const glob = compileGlob(pattern);
      for (const path of matching) assert.ok(glob.matches(path, false), `should match ${path}`);
      for (const path of other) assert.ok(!glob.matches(path, false), `should not match ${path}`);
    });
  }

  it("matches folders only with a slash at the end", () => {
    assert.ok(compileGlob("docs/").matches("a/docs", true));
    assert.ok(!compileGlob("docs/").matches("a/docs", false));
  });

  it("includes everything below a folder that it names", () => {
    const globs = [compileGlob("docs/"), compileGlob("/x")];
    assert.ok(matchesWithParents(globs, "a/docs/b/c.md"));
    assert.ok(matchesWithParents(globs, "x/y"));
    assert.ok(!matchesWithParents(globs, "a/x/y"));
    assert.ok(!matchesWithParents(globs, "docs"));
  });

  it("leads into a folder that it spells, not into every folder", () => {
    assert.ok(compileGlob("dist/assets/*.js").leadsInto("dist"));
    assert.ok(compileGlob("dist/**").leadsInto("dist"));
    assert.ok(!compileGlob("*.js").leadsInto("dist"));
    assert.ok(!compileGlob("**/*.js").leadsInto("dist"));
    assert.ok(!compileGlob("dist").leadsInto("dist"));
    assert.ok(!compileGlob("other/*").leadsInto("dist"));
  });

  it("refuses patterns that make no sense", () => {
    for (const pattern of ["", "  ", "!a", "../x", "a/../b", "a\0", "{a,b}".repeat(12)])
      assert.throws(() => compileGlob(pattern), GlobError, JSON.stringify(pattern));
  });

  it("is fast with hostile patterns", () => {
    const glob = compileGlob("a*".repeat(200) + "b");
    assert.ok(!glob.matches("a".repeat(5000), false));
    assert.ok(!compileGlob("**/a/".repeat(100) + "b").matches("a/".repeat(500) + "c", false));
  });
});
