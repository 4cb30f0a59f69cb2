import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ImageRecipe } from "../../provider/packaging/request.js";
import { mixedWorkspace } from "./fixtures/workspaces.js";
import { useBench, type PackagingBench } from "./support/bench.js";

describe("what changes an image", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(mixedWorkspace, (...opened) => ([bench, folder] = opened));
  before(() => fs.writeFileSync(at("Dockerfile"), "FROM scratch\n"));

  const at = (file: string) => path.join(folder, "project", file);
  const own = (more: ImageRecipe = {}) => ({ dockerfile: at("Dockerfile"), ...more });

  async function built(image: ImageRecipe, prune: readonly string[] = []) {
    const wanted = { project: "project/members/app", packageFormat: "image", image, prune } as const;
    const { outputHash, files, folder: entry, cacheHit } = await bench.build(folder, wanted);
    return { outputHash, sha256: files[0]!.sha256, context: path.join(entry, "context"), cacheHit };
  }

  it("the usual Dockerfile: its base, and nothing of the workspace that does not ship", async () => {
    const first = await built({});
    fs.appendFileSync(at("members/app/README.md"), "edited\n");
    assert.equal((await built({})).outputHash, first.outputHash);
    const based = await built({ baseImage: "registry.example/python:3.11" });
    assert.notEqual(based.outputHash, first.outputHash);
    assert.match(
      fs.readFileSync(path.join(based.context, "Dockerfile"), "utf8"),
      /^FROM registry.example\/python:3.11\n/,
    );
  });

  it("leaves pruned packages to the user's own Dockerfile", async () => {
    const { context } = await built(own(), ["alpha"]);
    const installed = fs.readdirSync(path.join(context, "dependencies"));
    assert.ok(!installed.some((name) => name.startsWith("alpha")), installed.join(" "));
    assert.equal(
      fs.readFileSync(path.join(context, "project/uv.lock"), "utf8"),
      fs.readFileSync(at("uv.lock"), "utf8"),
    );
  });

  it("the user's own Dockerfile: its text, stage, arguments, the lock, and the workspace", async () => {
    const seen = [await built(own())];
    assert.ok(fs.existsSync(path.join(seen[0]!.context, "project/members/app/pyproject.toml")));
    assert.ok(fs.existsSync(path.join(seen[0]!.context, "project/uv.lock")));
    assert.equal((await built(own())).cacheHit, true);
    seen.push(await built(own({ target: "lambda" })));
    seen.push(await built(own({ buildArgs: { A: "1" } })));
    seen.push(await built(own({ buildArgs: { A: "2" } })));
    fs.appendFileSync(at("Dockerfile"), "LABEL a=b\n");
    seen.push(await built(own()));
    fs.appendFileSync(at("members/app/README.md"), "edited\n");
    seen.push(await built(own()));
    fs.appendFileSync(at("members/low/src/low/__init__.py"), "# edited\n");
    seen.push(await built(own()));
    fs.appendFileSync(at("uv.lock"), "\n# edited\n");
    seen.push(await built(own()));
    assert.equal(new Set(seen.map(({ outputHash }) => outputHash)).size, seen.length);
    fs.writeFileSync(at("members/app/.env"), "SECRET=1\n");
    assert.equal((await built(own())).outputHash, seen.at(-1)!.outputHash);
  });
});
