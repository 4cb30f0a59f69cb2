import assert from "node:assert/strict";
import type { Artifact, ProvidedPackage } from "../../provider/packaging/request.js";
import { refused } from "../support/refused.js";
import { shippedPaths, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture, type Wanted } from "./support/fixture.js";

/** `kit` needs `kit-core`. `kit-extra` only has a similar name. */
const app: Fixture = {
  name: "app",
  wheels: [
    { name: "kit", dependencies: ["kit-core"] },
    { name: "kit-core" },
    { name: "kit-extra" },
    { name: "kit-dev" },
  ],
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      dependencies: ["kit", "kit-extra"],
      members: ["shared"],
      backend: "uv_build",
      more: '[tool.uv.workspace]\nmembers = ["shared"]\n[dependency-groups]\ndev = ["kit-dev"]\n',
    }),
    "project/src/app/__init__.py": "",
    "project/src/app/main.py": "from kit import VERSION\n\ndef handler(event, context): return VERSION\n",
    "project/shared/pyproject.toml": pyproject({ name: "shared", dependencies: ["kit-core"], backend: "uv_build" }),
    "project/shared/src/shared/__init__.py": "",
  },
  cases: [],
};

const layerOf = (artifact: Artifact) => artifact.files.find(({ kind }) => kind === "layer");

describe("packages that layers bring", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(app, (...opened) => ([bench, folder] = opened));

  const own: Wanted = { project: "project", handler: "app.main.handler", packageFormat: "layer" };
  const provided = (name: string, version?: string): ProvidedPackage[] => [
    { name, otherVersion: "error", property: `provided.${name}`, ...(version !== undefined && { version }) },
  ];

  it("stay out of the artifact; packages with similar names and what they need ship", async () => {
    const { packages, provided: versions } = await bench.build(folder, { ...own, provided: provided("kit", "1.0.0") });
    assert.deepEqual(Object.keys(packages), ["app", "kit-core", "kit-extra", "shared"]);
    assert.deepEqual(versions, { kit: "1.0.0" });
  });

  it("may be locked in a development group, which decides their version", async () => {
    const artifact = await bench.build(folder, {
      ...own,
      provided: [...provided("Kit_Dev"), ...provided("unheard-of")],
    });
    assert.deepEqual(artifact.provided, { "kit-dev": "1.0.0" });
    assert.equal("kit-dev" in artifact.packages, false);
  });

  it("make a separate artifact: third-party packages, no code", async () => {
    const everything = await bench.build(folder, own);
    const alone = await bench.build(folder, {
      ...own,
      contents: "dependencies",
      checks: { handler: "off", binaries: "error", collisions: "error", sizes: "error" },
    });
    assert.deepEqual(
      alone.files.map(({ kind }) => kind),
      ["layer"],
    );
    assert.deepEqual(alone.packages, { kit: "1.0.0", "kit-core": "1.0.0", "kit-extra": "1.0.0" });
    assert.equal(layerOf(alone)?.sha256, layerOf(everything)?.sha256);
    assert.deepEqual(everything.provided, {});

    const rest = await bench.build(folder, {
      ...own,
      hasLayers: true,
      provided: Object.entries(alone.packages).flatMap(([name, version]) => provided(name, version)),
    });
    assert.deepEqual(Object.keys(rest.packages), ["app", "shared"]);
    assert.equal(layerOf(rest), undefined);
    assert.equal(shippedPaths(rest).includes("app/main.py"), true);
  });

  it("count for the size that Lambda allows", async () => {
    const { unzippedSize, folder: empty } = await bench.build(folder, { ...own, provided: provided("kit") });
    const limit = 262_144_000;
    const besides = (bytes: number) => ({
      ...own,
      provided: provided("kit"),
      layerArtifacts: [{ folder: empty, unzippedSize: bytes }],
    });
    await bench.build(folder, besides(limit - unzippedSize));
    await assert.rejects(bench.build(folder, besides(limit - unzippedSize + 1)), (error: Error) => {
      assert.match(error.message, /262 MB of it in layers/);
      assert.match(error.message, /heaviest packages:\n +262 MB {2}the layers\n/);
      return true;
    });
  });

  it("must not hide what ships under their name, nor be hidden by it", async () => {
    const parts: Fixture = {
      name: "parts",
      wheels: [
        { name: "whole", files: { "whole/__init__.py": "NAME = 1\n", "other/__init__.py": "" } },
        { name: "plugin", files: { "whole/plugin.py": "PLUGIN = 1\n", "spaced/plugin.py": "" } },
        { name: "spaced", files: { "spaced/one.py": "ONE = 1\n" } },
      ],
      files: {
        "project/pyproject.toml": pyproject({
          name: "app",
          dependencies: ["whole", "plugin", "spaced"],
          members: ["local"],
          more: '[tool.uv.workspace]\nmembers = ["local"]\n',
        }),
        "project/handler.py": "def handler(event, context): pass\n",
        "project/local/pyproject.toml": pyproject({
          name: "local",
          backend: "hatchling",
          more: '[tool.hatch.build.targets.wheel]\nonly-include = ["whole"]\n',
        }),
        "project/local/whole/local.py": "LOCAL = 1\n",
      },
      cases: [],
    };
    const project = await bench.prepare(parts);
    const wanted: Wanted = { project: "project" };
    const off = { handler: "off", binaries: "error", collisions: "error", sizes: "error" } as const;
    const layer = await bench.build(project, {
      ...wanted,
      packageFormat: "layer",
      contents: "dependencies",
      prune: ["plugin"],
      checks: off,
    });
    assert.deepEqual(Object.keys(layer.packages), ["spaced", "whole"]);
    const brought = [...provided("whole"), ...provided("spaced")];
    await bench.build(project, { ...wanted, provided: brought });
    const building = bench.build(project, { ...wanted, provided: brought, layerArtifacts: [layer] });
    const says =
      /whole\/__init__\.py of whole: hides whole\/local\.py of local and plugin[^]*nothing of them in `provided`/;
    const error = await refused(building, "FILE_CONFLICT", says);
    assert.doesNotMatch(error.message, /spaced/);
    const apart = bench.build(project, {
      ...wanted,
      packageFormat: "layer",
      provided: brought,
      layerArtifacts: [layer],
    });
    const local = await refused(apart, "FILE_CONFLICT", /hides whole\/local\.py of local,/);
    assert.doesNotMatch(local.message, /plugin/);
  });
});
