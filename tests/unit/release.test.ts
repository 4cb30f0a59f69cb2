import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { bundle } from "../../tools/release/bundle.js";

const root = path.join(__dirname, "..", "..");

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(fs.readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
  packages: Record<string, Locked>;
};

describe("what the product depends on", () => {
  it("is what tools/release/production.txt lists: a new package is a decision", () => {
    const found = Object.entries(lock.packages)
      .filter(([name, { dev }]) => name !== "" && dev !== true)
      .map(([name]) => name.replace(/^.*node_modules\//, ""));
    const list = path.join(root, "tools", "release", "production.txt");
    const names = [...new Set(found)].sort();
    const known = fs.readFileSync(list, "utf8").trim().split("\n");
    assert.deepEqual(
      names.filter((name) => !known.includes(name)),
      [],
      "new production dependencies: look at them, then add them to the list",
    );
    assert.deepEqual(
      known.filter((name) => !names.includes(name)),
      [],
      "these are gone: remove them from the list",
    );
  });

  it("has no dependency whose install script `npm install` of a checkout would run or ask about", () => {
    const { allowScripts } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8")) as {
      allowScripts: Record<string, boolean>;
    };
    const scripted = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
    const names = scripted.map(([name]) => name.replace(/^.*node_modules\//, ""));
    assert.deepEqual(allowScripts, Object.fromEntries(names.map((name) => [name, false])));
  });

  it("runs nothing when it is installed: no SDK has an install script", () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(root, "sdk", "nodejs", "package.json"), "utf8")) as {
      scripts?: Record<string, string>;
    };
    for (const name of ["preinstall", "install", "postinstall", "prepare"])
      assert.equal(manifest.scripts?.[name], undefined, name);
  });

  it("bundles no package that gRPC loads only to describe itself: each start would compile it", async function () {
    this.timeout(60_000);
    const program = await bundle(root);
    const { components } = JSON.parse(Buffer.from(program["sbom.cdx.json"]!).toString()) as {
      components: readonly { readonly name: string }[];
    };
    const names = components.map(({ name }) => name);
    assert.ok(names.includes("@grpc/grpc-js"), names.join(" "));
    assert.deepEqual(
      names.filter((name) => /protobufjs|proto-loader/.test(name)),
      [],
    );
  });
});
