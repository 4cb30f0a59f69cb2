import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { isBuiltin } from "node:module";
import * as path from "node:path";
import * as ts from "typescript";

const root = path.resolve(__dirname, "../..");

/** A file imports only from its own folder and from those to its left; files directly in provider/ come last. */
const order = [
  "lib",
  "tree",
  "runtimes",
  "project",
  "uv",
  "store",
  "archive",
  "formats",
  "packaging",
  "inputs",
  "resources",
  "cli",
];

/** The command line works without Pulumi, so it may not reach the folder that imports it. */
const forbidden: readonly (readonly [from: string, target: string])[] = [["cli", "resources"]];

interface Import {
  /** Path below provider/, with slashes. */
  readonly from: string;
  readonly target: string;
}

/** One sentence for each import that breaks a rule. None when all is well. */
function violations(imports: readonly Import[], dependencies: readonly string[]): string[] {
  return imports.flatMap(({ from, target }) => {
    const problem = target.startsWith(".") ? wrongDirection(from, target) : wrongPackage(from, target, dependencies);
    return problem === undefined ? [] : [`${from} imports ${target}: ${problem}`];
  });
}

function wrongDirection(from: string, target: string): string | undefined {
  const resolved = path.posix.join(path.posix.dirname(from), target);
  if (resolved.startsWith("..")) return "outside of provider/";
  if (!/\.(js|json)$/.test(target)) return "relative imports end in .js";
  if (forbidden.some(([a, b]) => folderOf(from) === a && folderOf(resolved) === b)) {
    return `${folderOf(from)}/ may not import ${folderOf(resolved)}/`;
  }
  return rank(resolved) > rank(from) ? `the order is ${order.join(" < ")} < provider.ts, cli.ts, index.ts` : undefined;
}

function wrongPackage(from: string, target: string, dependencies: readonly string[]): string | undefined {
  if (isBuiltin(target)) return target.startsWith("node:") ? undefined : `write node:${target}`;
  const name = target.split("/", target.startsWith("@") ? 2 : 1).join("/");
  if (!dependencies.includes(name)) return "not among the dependencies of package.json";
  if (name.startsWith("@pulumi/") && !from.startsWith("resources/") && from !== "provider.ts") {
    return "only resources/ and provider.ts know Pulumi";
  }
  return undefined;
}

function rank(file: string): number {
  if (!file.includes("/")) return order.length;
  const found = order.indexOf(folderOf(file));
  assert.ok(found >= 0, `provider/${file}: its folder has no place in the order ${order.join(" < ")}`);
  return found;
}

function folderOf(file: string): string {
  return file.split("/")[0]!;
}

/** Files that import each other, directly or through others, as `a.ts -> b.ts -> a.ts`. Imports of types count. */
function circles(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { from, target } of imports.filter((one) => one.target.startsWith("."))) {
    const file = path.posix.join(path.posix.dirname(from), target).replace(/\.js$/, ".ts");
    targets.set(from, [...(targets.get(from) ?? []), file]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) found.push([...trail.slice(start), file].join(" -> "));
    if (start >= 0 || done.has(file)) return;
    for (const next of targets.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return found;
}

function importsOf(folder: string): Import[] {
  return sources(folder).flatMap((from) =>
    ts
      .preProcessFile(fs.readFileSync(path.join(folder, from), "utf8"), true, true)
      .importedFiles.map(({ fileName }) => ({ from, target: fileName })),
  );
}

function sources(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".ts") && !name.split(path.sep).includes("node_modules"))
    .map((name) => name.replaceAll(path.sep, "/"))
    .sort();
}

function productDependencies(): string[] {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(manifest.dependencies);
}

function errorCodes(): string[] {
  const text = fs.readFileSync(path.join(root, "provider/lib/errors.ts"), "utf8");
  const union = /export type ErrorCode =([^;]*);/.exec(text.replaceAll(/\/\/.*$/gm, ""))?.[1] ?? "";
  return [...union.matchAll(/"([A-Z_]+)"/g)].map((match) => match[1]!);
}

describe("architecture", () => {
  it("holds the import direction between the folders of provider/", () => {
    const imports = importsOf(path.join(root, "provider"));
    assert.ok(imports.length > 20, "the test must have found the imports");
    assert.deepEqual(violations(imports, productDependencies()), []);
  });

  it("has no circle of files, not even of types", () => {
    assert.deepEqual(circles(importsOf(path.join(root, "provider"))), []);
  });

  it("would notice a circle", () => {
    const ring: Import[] = [
      { from: "lib/a.ts", target: "./b.js" },
      { from: "lib/b.ts", target: "../lib/c.js" },
      { from: "lib/c.ts", target: "./b.js" },
    ];
    assert.deepEqual(circles(ring), ["lib/b.ts -> lib/c.ts -> lib/b.ts"]);
  });

  const planted: [string, Import, RegExp][] = [
    ["a folder to the right", { from: "lib/hash.ts", target: "../store/store.js" }, /the order is lib < tree/],
    ["a file at the top", { from: "resources/function.ts", target: "../provider.js" }, /the order is/],
    ["a file outside", { from: "lib/hash.ts", target: "../../tests/support/machine.js" }, /outside of provider/],
    ["an import without .js", { from: "uv/programs/find.ts", target: "../../lib/hash" }, /end in \.js/],
    ["Pulumi below resources/", { from: "packaging/build.ts", target: "@pulumi/pulumi" }, /only resources/],
    ["Pulumi in the rules", { from: "inputs/validate.ts", target: "@pulumi/pulumi" }, /only resources/],
    ["the command line below it", { from: "resources/build.ts", target: "../cli/main.js" }, /the order is/],
    ["resources in the command line", { from: "cli/main.ts", target: "../resources/build.js" }, /may not import/],
    ["a package nobody declared", { from: "lib/hash.ts", target: "mocha" }, /not among the dependencies/],
    ["a built-in without node:", { from: "lib/hash.ts", target: "fs" }, /node:fs/],
  ];
  for (const [what, wrong, message] of planted) {
    it(`would notice ${what}`, () => {
      const found = violations([wrong], ["@pulumi/pulumi"]);
      assert.equal(found.length, 1);
      assert.match(found[0]!, message);
    });
  }

  it("allows what the rules allow", () => {
    const allowed: Import[] = [
      { from: "resources/function.ts", target: "../packaging/build.js" },
      { from: "resources/function.ts", target: "@pulumi/aws/lambda" },
      { from: "packaging/checks/sizes.ts", target: "../request.js" },
      { from: "index.ts", target: "./provider.js" },
      { from: "lib/hash.ts", target: "node:crypto" },
    ];
    assert.deepEqual(violations(allowed, ["@pulumi/aws"]), []);
  });

  it("finds imports however they are written", () => {
    const text =
      'import type { A } from "./a.js";\nexport * from "./b.js";\nvoid import("./c.js");\nimport d = require("./d.js");';
    const found = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
    assert.deepEqual(found.sort(), ["./a.js", "./b.js", "./c.js", "./d.js"]);
  });

  it("shows the main path as build.ts takes it", () => {
    const file = fs.readFileSync(path.join(root, "provider/packaging/build.ts"), "utf8");
    const body = file.slice(file.indexOf("export async function build("));
    const steps = [...body.matchAll(/^  (?:const \w+ = )?(?:await )?(\w+)\((.*)\);$/gm)];
    const lines = body.split("\n").filter((line) => /^ {2}\S/.test(line) && !line.startsWith("  return "));
    assert.equal(steps.length, lines.length, "every line of build.ts is one call");
    assert.ok(steps.length <= 11, "build.ts is a table of contents");
    for (const [line, , argument = ""] of steps) assert.match(argument, /^(\w+|\{ [^,]*, \w+ \})$/, line);
    const page = fs.readFileSync(path.join(root, "docs/architecture.md"), "utf8");
    const chart = /## Main path[^]*?```\n([^]*?)```/.exec(page)?.[1] ?? "";
    const names = [...chart.matchAll(/^(\w+) /gm)].map(([, name]) => name);
    assert.deepEqual(
      names,
      steps.map(([, name]) => name),
    );
  });

  it("lists every kind of entry that the store remembers", () => {
    const text = sources(path.join(root, "provider"))
      .map((file) => fs.readFileSync(path.join(root, "provider", file), "utf8"))
      .join("\n");
    // Parts of other keys, and the name of an image's folder.
    const noEntries = new Set(["dependencies", "python version", "image"]);
    const made = [...text.matchAll(/\bkeyOf\("([^"]+)"/g)].map(([, kind = ""]) => kind);
    const page = fs.readFileSync(path.join(root, "docs/architecture.md"), "utf8");
    const table = /## What is remembered[^]*?\n\n(\|[^]*?)\n\n/.exec(page)?.[1] ?? "";
    const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, kind = ""]) => kind);
    assert.deepEqual([...new Set(made.filter((kind) => !noEntries.has(kind)))].sort(), listed.sort());
  });

  it("gives each piece of work that is done once in a process a name of its own", () => {
    const text = sources(path.join(root, "provider"))
      .map((file) => fs.readFileSync(path.join(root, "provider", file), "utf8"))
      .join("\n");
    const names = [...text.matchAll(/\b(?:once|share)\(\s*[`"]([a-z][a-z ]*)[^,]*?[`"],/g)].map(([, name = ""]) =>
      name.trim(),
    );
    assert.ok(names.length >= 15, names.join(", "));
    const twice = names.filter((name, i) => names.indexOf(name) < i && !["error", "exit", "end"].includes(name));
    assert.deepEqual(twice, []);
  });

  const comparesFormats =
    /(?:[!=]==? ?|case |includes\()"(?:zip|layer|image)"|\["(?:zip|layer|image)"[^\]]*\]\.includes/;

  it("leaves the facts of a format to its object: no other file compares names of formats", () => {
    const files = sources(path.join(root, "provider")).filter((file) => !file.startsWith("formats/"));
    const found = files.flatMap((file) =>
      fs
        .readFileSync(path.join(root, "provider", file), "utf8")
        .split("\n")
        .filter((line) => comparesFormats.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    assert.deepEqual(found, []);
  });

  it("would notice a comparison with the name of a format", () => {
    for (const line of ['if (kind === "layer")', 'case "image":', '["zip", "layer"].includes(name)', 'x !== "zip"'])
      assert.match(line, comparesFormats);
  });

  it("gives every folder of provider/ a place in the order", () => {
    const folders = fs
      .readdirSync(path.join(root, "provider"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory());
    const unknown = folders.map(({ name }) => name).filter((name) => !order.includes(name));
    assert.deepEqual(unknown, []);
  });

  it("names every error code in a test", () => {
    const tests = sources(path.join(root, "tests"))
      .map((file) => fs.readFileSync(path.join(root, "tests", file), "utf8"))
      .join("\n");
    assert.ok(errorCodes().length > 10, "the test must have found the codes");
    assert.deepEqual(
      errorCodes().filter((code) => !new RegExp(`\\b${code}\\b`).test(tests)),
      [],
    );
  });

  it("explains every error code in docs/troubleshooting.md", () => {
    const page = fs.readFileSync(path.join(root, "docs/troubleshooting.md"), "utf8");
    assert.deepEqual(
      errorCodes().filter((code) => !new RegExp(`\\b${code}\\b`).test(page)),
      [],
    );
  });
});
