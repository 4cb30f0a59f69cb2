import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as ts from "typescript";
import { CliBench, compile } from "../support/cli.js";
import { checkout } from "../support/machine.js";

/** One object: a zip under another name and with its own limit. */
const flat = `
import * as path from "node:path";
import type { Format } from "./format.js";
import { zip } from "./zip.js";

export const flat: Format = {
  ...zip,
  name: "flat",
  maxUnzippedSize: 1_000_000,
  async write(contents, folder, target) {
    const files = await zip.write(contents, folder, target);
    return files.map((file) => ({ ...file, unzippedSize: file.unzippedSize }));
  },
  readModule: (folder, file) => zip.readModule(path.resolve(folder), file),
};
`;

/** The places that docs/architecture.md names for a format, beside its own file. */
const edits: readonly (readonly [file: string, from: string, to: string])[] = [
  ["provider/formats/format.ts", '| "image";', '| "image" | "flat";'],
  ["provider/formats/index.ts", "{ zip, layer, image }", "{ zip, layer, image, flat }"],
  ["provider/formats/index.ts", "import type", 'import { flat } from "./flat.js";\nimport type'],
  ["schema.json", '"value": "zip"', '"value": "flat", "description": "x" }, { "name": "zip", "value": "zip"'],
];

describe("a fourth format", function () {
  this.timeout(180_000);
  let root: string;
  let bench: CliBench;

  before(function () {
    root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-fourth-")));
    fs.cpSync(path.join(checkout, "provider"), path.join(root, "provider"), { recursive: true });
    for (const file of ["schema.json", "tsconfig.json", "package.json"])
      fs.copyFileSync(path.join(checkout, file), path.join(root, file));
    fs.symlinkSync(path.join(checkout, "node_modules"), path.join(root, "node_modules"));
    fs.writeFileSync(path.join(root, "provider/formats/flat.ts"), flat);
    for (const [file, from, to] of edits) {
      const text = fs.readFileSync(path.join(root, file), "utf8");
      assert.ok(text.includes(from), `${file} has no ${from}`);
      fs.writeFileSync(path.join(root, file), text.replace(from, to));
    }
    bench = CliBench.openOrSkip(this, () => compile(path.join(root, "program"), root));
  });

  after(() => {
    bench?.remove();
    fs.rmSync(root, { recursive: true, force: true });
  });

  it("is one object, one line of the registry and one member of the enum for the compiler", () => {
    const configuration = ts.getParsedCommandLineOfConfigFile(
      path.join(root, "provider/tsconfig.json"),
      { noEmit: true },
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => assert.fail("the configuration cannot be read") },
    )!;
    const program = ts.createProgram(configuration.fileNames, configuration.options);
    assert.ok(program.getSourceFiles().some(({ fileName }) => fileName.endsWith("formats/flat.ts")));
    const found = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
    assert.deepEqual(found, []);
  });

  it("builds", async () => {
    const project = await bench.project("four", { dependencies: ["alpha"], wheels: [{ name: "alpha" }] });
    const args = ["--project", project, "--handler", "handler.handler", "--runtime", "python3.13"];
    const { output, stderr } = await bench.build([...args, "--format", "flat"]);
    assert.deepEqual(
      output.artifacts.map(({ kind }) => kind),
      ["code"],
      stderr,
    );
    const { output: asZip } = await bench.build([...args, "--format", "zip"]);
    assert.equal(output.artifacts[0]!.sha256, asZip.artifacts[0]!.sha256);
    assert.equal(asZip.cacheHit, false, "the format is part of the key");
  });

  it("has its own facts in the checks", async () => {
    const project = await bench.project("large", { files: { "data.bin": new Uint8Array(1_100_000) as never } });
    const args = ["--project", project, "--handler", "handler.handler", "--runtime", "python3.13"];
    await bench.refused([...args, "--format", "flat"], { exit: 1, code: "TOO_LARGE" });
  });
});
