import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readIfThere, waitUntil } from "../support/commands.js";
import {
  createWorkspace,
  languages,
  mustSucceed,
  skipAfterFailure,
  type StackResource,
  type Workspace,
} from "./harness.js";

const secret = "hunter2-is-no-password";

const functions = {
  single: {
    project: "../single-app",
    absolute: true,
    runtime: "python3.12",
    buildEnvironment: { UV_INDEX_PRIVATE_PASSWORD: secret },
  },
  api: { project: "../workspace/apps/api", handler: "api.main.handler" },
};

/** Every string in a value, including keys, without the engine's records of where a resource was declared. */
function strings(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(strings);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "sourcePosition" || key === "stackTrace" ? [] : [key, ...strings(inner)],
  );
}

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

for (const language of languages) {
  describe(`the rules of the design (${language})`, function () {
    this.timeout(120_000);
    let workspace: Workspace;

    before(async function () {
      workspace = await createWorkspace(this, { language, functions });
    });

    skipAfterFailure();

    async function resources(type?: string): Promise<readonly StackResource[]> {
      const all = (await workspace.stackExport()).deployment.resources ?? [];
      return type === undefined ? all : all.filter((resource) => resource.type === type);
    }

    it("builds in the preview, different projects at the same time, with progress on each one's row", async () => {
      workspace.uv.hold();
      const preview = workspace.start(["preview"]);
      try {
        await waitUntil("both installs run", 60_000, () => workspace.uv.held() >= 2);
        for (const name of Object.keys(functions)) {
          const row = new RegExp(`uvlambda:index:Function ${name} create .*\\w`);
          await waitUntil(`progress on the row of ${name}`, 20_000, () => row.test(preview.output()));
        }
      } finally {
        workspace.uv.release();
      }
      const { code, stdout, stderr } = await preview.result;
      assert.equal(code, 0, stdout + stderr);
      assert.equal(workspace.uv.installs().length, 2);
    });

    it("uses in `up` what the preview has built", async () => {
      mustSucceed(await workspace.up());
      assert.equal(workspace.uv.installs().length, 2, "up installed again");
    });

    it("records a build as a hash and a small flat record without paths", async () => {
      const builds = await resources("uvlambda:index:Build");
      assert.equal(builds.length, 2);
      for (const { inputs = {} } of builds) {
        assert.match(String(inputs["outputHash"]), /^[0-9a-f]{64}$/);
        assert.equal((inputs["packages"] as Record<string, string>)["greeting-lib"], "1.0");
        for (const text of strings(inputs)) assert.ok(!text.includes("/"), `${text} looks like a path`);
        const nested = Object.values(inputs).filter((value) => typeof value === "object" && value !== null);
        for (const value of nested.flatMap((map): unknown[] => Object.values(map)))
          assert.notEqual(typeof value, "object");
      }
    });

    it("keeps nothing machine-local in the state", async () => {
      const user = os.userInfo().username;
      for (const { urn, type, inputs, outputs } of await resources()) {
        if (type.startsWith("pulumi:")) continue;
        for (const text of strings({ inputs, outputs })) {
          assert.ok(!text.includes(workspace.run.folder), `${urn} holds ${text}`);
          assert.ok(!path.isAbsolute(text) || !fs.existsSync(text) || text === "/", `${urn} holds the path ${text}`);
          assert.notEqual(text, user, `${urn} holds the user's name`);
        }
      }
      const components = await resources("uvlambda:index:Function");
      assert.equal(components.length, 2);
      for (const { inputs = {} } of components) {
        for (const name of ["project", "source", "buildEnvironment"])
          assert.ok(!(name in inputs), `${name} is recorded`);
      }
    });

    it("keeps secrets of the build out of state, store, archives and log", async () => {
      for (const file of [...filesBelow(workspace.at("state")), ...filesBelow(workspace.cacheDir)]) {
        assert.ok(!readIfThere(file).includes(secret), `${file} holds the secret`);
      }
      const verbose = await workspace.preview(["--logtostderr", "-v=3", "--diff"]);
      assert.equal(verbose.code, 0);
      const leaks = verbose.text.split("\n").filter((line) => line.includes(secret) && !line.startsWith("I"));
      assert.deepEqual(leaks, []);
    });

    it("uses one provider for the component and its children", async () => {
      assert.equal((await resources("pulumi:providers:uvlambda")).length, 1);
    });

    it("sees no change after the stores were emptied, and makes the archives again", async () => {
      const work = path.join(workspace.programFolder, ".uvlambda");
      const archives = filesBelow(work)
        // Not the records of what was verified, which have the names of the archives.
        .filter((file) => file.endsWith(".zip") && path.dirname(file) === work)
        .sort();
      const bytes = archives.map((file) => fs.readFileSync(file));
      assert.ok(archives.length >= 2, `no archives in ${work}`);
      fs.rmSync(work, { recursive: true });
      fs.rmSync(workspace.cacheDir, { recursive: true });
      mustSucceed(await workspace.preview(["--expect-no-changes"]));
      archives.forEach((file, index) =>
        assert.ok(bytes[index]!.equals(fs.readFileSync(file)), `${file} has other bytes`),
      );
    });

    it("refreshes and destroys with no source, no uv and no store", async () => {
      const keep = /^Pulumi\..*yaml$/;
      for (const entry of fs.readdirSync(workspace.root)) {
        if (!["state", "infra"].includes(entry)) fs.rmSync(workspace.at(entry), { recursive: true });
      }
      for (const entry of fs.readdirSync(workspace.programFolder)) {
        if (!keep.test(entry)) fs.rmSync(path.join(workspace.programFolder, entry), { recursive: true });
      }
      mustSucceed(await workspace.refresh());
      mustSucceed(await workspace.destroy());
      assert.deepEqual(await resources(), []);
      assert.ok(!fs.existsSync(workspace.cacheDir), "destroy made a store");
    });
  });

  describe(`one bad function among good ones (${language})`, function () {
    this.timeout(60_000);

    it("is the only one with an error", async function () {
      const workspace = await createWorkspace(this, {
        language,
        functions: {
          good1: { project: "../single-app" },
          bad: { project: "../single-app", handler: "handler.nothing" },
          good2: { project: "../packaged-app", handler: "packaged_app.main.handler" },
        },
      });
      const { code, text } = await workspace.preview();
      assert.notEqual(code, 0);
      assert.match(text, /'bad' has a problem/);
      assert.match(text, /handler\.nothing/);
      assert.doesNotMatch(text, /'good\d' has a problem|unhandled/i);
    });
  });
}
