import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { makeNpm, makePypi } from "../../tools/release/packages.js";
import { runCommand } from "../support/commands.js";
import { checkout, findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { examples, read, scratchFolder, schema } from "./support.js";

/** What tools say when they cannot reach a registry. */
const offline =
  /dns error|error sending request|Failed to fetch|dial tcp|no such host|Could not transfer|Unknown host|Connection refused|Network is unreachable/i;

/** Each SDK is built as for its registry, with the schema's examples as programs that use it. */
describe("SDKs build", function () {
  this.timeout(600_000);
  const scratch = scratchFolder();

  function needs(context: Mocha.Context, name: string, variable = ""): string {
    const found = findTool(name, variable);
    if (found === undefined) skip(context, `needs ${name}`);
    return found;
  }

  /** Runs a program that must succeed. Skips the test with a message when no registry can be reached. */
  async function run(context: Mocha.Context, cwd: string, ...argv: string[]): Promise<string> {
    const { code, stdout, stderr } = await runCommand(argv, { cwd, env: process.env as Record<string, string> });
    if (code !== 0 && offline.test(stdout + stderr)) skip(context, `${argv[0]} needs its registry`);
    assert.equal(code, 0, `${argv.join(" ")}\n${stdout}${stderr}`);
    return stdout;
  }

  /** A folder with the examples of a language as files. */
  function writeExamples(folder: string, language: string, file: (index: number) => string): void {
    examples(language).forEach((code, index) => {
      fs.mkdirSync(path.dirname(path.join(folder, file(index))), { recursive: true });
      fs.writeFileSync(path.join(folder, file(index)), code);
    });
  }

  it("nodejs: compiled JavaScript with types", async function () {
    const program = path.join(scratch, "nodejs");
    const modules = path.join(program, "node_modules");
    makeNpm(checkout, path.join(modules, "@uvlambda", "uvlambda"));
    fs.mkdirSync(path.join(modules, "@pulumi"));
    fs.symlinkSync(path.join(checkout, "node_modules", "@pulumi", "pulumi"), path.join(modules, "@pulumi", "pulumi"));
    const published = fs.readdirSync(path.join(modules, "@uvlambda", "uvlambda"), { recursive: true, encoding: "utf8" });
    assert.deepEqual(published.filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")), []);
    for (const name of ["LICENSE", "README.md", "index.js", "index.d.ts"]) assert.ok(published.includes(name), name);

    writeExamples(program, "typescript", (index) => `example${index}.ts`);
    const tsc = path.join(checkout, "node_modules", "typescript", "bin", "tsc");
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--target", "ES2022", "--module", "node16"];
    const files = examples("typescript").map((_, index) => `example${index}.ts`);
    await run(this, program, process.execPath, tsc, ...flags, "--types", "node", "--typeRoots", path.join(checkout, "node_modules", "@types"), ...files);
    const output = await run(this, program, process.execPath, "-p", 'require("@uvlambda/uvlambda").Function.__pulumiType');
    assert.equal(output.trim(), "uvlambda:index:Function");
  });

  it("python: a wheel that can be installed", async function () {
    const uv = needs(this, "uv", "UVLAMBDA_TEST_UV");
    const out = path.join(scratch, "pypi");
    try {
      makePypi(checkout, out, uv);
    } catch (error) {
      if (offline.test((error as Error).message)) skip(this, "uv needs a package index");
      throw error;
    }
    const wheel = `pulumi_uvlambda-${schema.version}-py3-none-any.whl`;
    assert.deepEqual(fs.readdirSync(out).sort(), [wheel, `pulumi_uvlambda-${schema.version}.tar.gz`].sort());
    await run(this, out, uv, "venv", "--quiet", "venv");
    await run(this, out, uv, "pip", "install", "--quiet", "--python", "venv", wheel);
    writeExamples(out, "python", (index) => `example${index}.py`);
    const check = [
      "import glob, importlib.metadata, importlib.resources, pulumi_uvlambda",
      "for file in glob.glob('example*.py'): compile(open(file).read(), file, 'exec')",
      "assert importlib.resources.files(pulumi_uvlambda).joinpath('py.typed').is_file()",
      "metadata = importlib.metadata.metadata('pulumi_uvlambda')",
      "print(metadata['Version'], metadata['License'], pulumi_uvlambda.Function.__name__)",
    ].join("\n");
    const output = await run(this, out, path.join("venv", "bin", "python"), "-c", check);
    assert.equal(output.trim(), `${schema.version} ${schema.license} Function`);
  });

  it("go: package and program", async function () {
    const go = needs(this, "go");
    const sdk = path.join(checkout, "sdk", "go", "uvlambda");
    const program = path.join(scratch, "go");
    writeExamples(program, "go", (index) => path.join(`example${index}`, "main.go"));
    const module = schema.language.go.importBasePath;
    const pulumi = /github\.com\/pulumi\/pulumi\/sdk\/v3 v[\d.]+/.exec(read("sdk", "go", "uvlambda", "go.mod"))![0];
    fs.writeFileSync(
      path.join(program, "go.mod"),
      `module example\n\ngo 1.23.11\n\nrequire (\n\t${pulumi}\n\t${module} v${schema.version}\n)\n\nreplace ${module} => ${sdk}\n\nreplace ${module}/plugins/aws => ${sdk}/plugins/aws\n`,
    );
    fs.copyFileSync(path.join(sdk, "go.sum"), path.join(program, "go.sum"));
    await run(this, sdk, go, "vet", "-mod=readonly", "./...");
    await run(this, program, go, "vet", "-mod=mod", "./...");
  });

  it("java: a jar", async function () {
    const mvn = needs(this, "mvn");
    const project = path.join(scratch, "java");
    fs.cpSync(path.join(checkout, "sdk", "java"), project, { recursive: true });
    writeExamples(project, "java", (index) => path.join("src", "main", "java", index === 0 ? "app" : `app${index}`, "App.java"));
    for (const file of fs.readdirSync(path.join(project, "src", "main", "java")).filter((name) => /^app\d/.test(name))) {
      const program = path.join(project, "src", "main", "java", file, "App.java");
      fs.writeFileSync(program, fs.readFileSync(program, "utf8").replace(/^package app;/, `package ${file};`));
    }
    await run(this, project, mvn, "-q", "-B", "package");
    const listed = await run(this, project, "unzip", "-Z1", path.join("target", `uvlambda-${schema.version}.jar`));
    for (const file of ["Function.class", "version.txt", "plugin.json"])
      assert.ok(listed.includes(`com/uvlambda/uvlambda/${file}`), `${file} is not in the jar`);
  });

  it("dotnet: a package", async function () {
    const dotnet = needs(this, "dotnet");
    const project = path.join(scratch, "dotnet");
    fs.cpSync(path.join(checkout, "sdk", "dotnet"), project, { recursive: true });
    await run(this, project, dotnet, "pack", "--configuration", "Release");
  });
});
