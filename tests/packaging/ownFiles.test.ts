import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { artifactTree } from "../../provider/packaging/artifact/assemble.js";
import type { Artifact } from "../../provider/packaging/request.js";
import { openedDuring } from "../support/openedFiles.js";
import { makeWheel } from "../support/wheels.js";
import { refused } from "../support/refused.js";
import { shippedPaths, useBench, type PackagingBench } from "./support/bench.js";
import { pyproject, type Fixture } from "./support/fixture.js";
import { callHandler, canCall, tryHandler } from "./support/run.js";

const privateKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const answer = (value: string) => `def handler(event, context): return ${value}\n`;

/** What a function does with keys that ship on purpose. */
const readKeys = [
  '[pathlib.Path("shared/tls.cfg").read_text()',
  '__import__("json").loads(pathlib.Path(mate.__file__).with_name("service.json").read_text())["type"]',
  'pathlib.Path("tls/server.key").read_text()]',
].join(", ");

/** An application at the root of a repository, with the usual other files. */
const repository: Fixture = {
  name: "repository",
  wheels: [{ name: "alpha" }],
  files: {
    "project/pyproject.toml": pyproject({
      name: "app",
      dependencies: ["alpha", "beta", "mate"],
      members: [],
      more: [
        "mate = { workspace = true }",
        "[tool.uv.workspace]",
        'members = ["mate"]',
        "[tool.uv]",
        'find-links = ["vendor/wheels"]',
      ].join("\n"),
    }),
    "project/orders/handler.py": `import alpha, beta, shared.text\n${answer("shared.text.NAME")}`,
    "project/bills/handler.py": `import shared.text\n${answer("'bills'")}`,
    "project/shared/text.py": 'NAME = "shared"\n',
    "project/test_orders.py": "",
    "project/Makefile": "all:\n",
    "project/terraform/main.tf": "",
    "project/terraform/prod.tfvars": "",
    "project/mate/pyproject.toml": pyproject({ name: "mate", backend: "uv_build" }),
    "project/mate/src/mate/__init__.py": "",
    "project/mate/src/mate/data.txt": "text\n",
  },
  prepare: (folder) => {
    fs.mkdirSync(path.join(folder, "project/vendor/wheels"), { recursive: true });
    makeWheel({ name: "beta" }, path.join(folder, "project/vendor/wheels"));
    return Promise.resolve();
  },
  cases: [],
};

/** A package. Its wheel has everything that its backend finds. */
const packaged: Fixture = {
  name: "packaged",
  wheels: [{ name: "alpha" }],
  files: {
    "project/pyproject.toml": pyproject({ name: "svc", dependencies: ["alpha"], backend: "uv_build" }),
    "project/src/svc/__init__.py": "",
    "project/src/svc/one/__init__.py": answer("1"),
    "project/src/svc/two/__init__.py": answer("2"),
  },
  cases: [],
};

describe("which own files ship", function () {
  this.timeout(120_000);
  let bench: PackagingBench;
  let folder: string;
  useBench(repository, (...opened) => ([bench, folder] = opened));
  const at = (file: string) => path.join(folder, "project", file);

  const build = (more: object = {}) => {
    bench.messages.length = 0;
    return bench.build(folder, { project: "project", handler: "orders.handler.handler", ...more });
  };
  const aboutPatterns = () => bench.messages.filter((message) => /match/.test(message));

  /** Calls it in the runner, if there is an interpreter. */
  async function answers(artifact: Artifact, handler: string, value: unknown): Promise<void> {
    if (canCall("3.11")) assert.deepEqual((await callHandler(artifact, { handler, minor: "3.11" })).value, value);
  }

  it("is neither tests nor what other tools read, nor a folder of wheels; the handler runs", async () => {
    const artifact = await build();
    assert.deepEqual(shippedPaths(artifact), [
      "alpha/__init__.py",
      "beta/__init__.py",
      "bills/handler.py",
      "mate/__init__.py",
      "mate/data.txt",
      "orders/handler.py",
      "shared/text.py",
    ]);
    await answers(artifact, "orders.handler.handler", "shared");
  });

  it("is read once, for its hash, the checks and the archive together", async () => {
    const edited = ["orders/handler.py", "bills/handler.py", "shared/text.py"];
    for (const file of edited) fs.appendFileSync(at(file), "# another build\n");
    fs.writeFileSync(at("shared/model.bin"), Buffer.alloc(3_000_000, "a model "));
    const opened = await openedDuring(at("."), build);
    fs.rmSync(at("shared/model.bin"));
    const of = (file: string) => opened[path.normalize(file)];
    assert.deepEqual([...edited, "shared/model.bin"].map(of), [1, 1, 1, 1]);
  });

  it("is not read again from what the store has just written, for its hash", async () => {
    fs.appendFileSync(at("shared/text.py"), "# one more build\n");
    const opened = Object.keys(await openedDuring(bench.folder, build));
    assert.deepEqual(
      opened.filter((file) => /\.temporary.*-entry./.test(file)),
      [],
    );
  });

  it("is no change when a file that does not ship is edited, added or removed", async () => {
    const { outputHash, files } = await build();
    for (const file of ["test_orders.py", "Makefile", "terraform/main.tf", "terraform/prod.tfvars"])
      fs.appendFileSync(at(file), "# edited\n");
    for (const file of ["docker-compose.yml", "shared/text_test.py", "shared/conftest.py", "terraform/x.py"])
      fs.writeFileSync(at(file), "");
    makeWheel({ name: "gamma" }, at("vendor/wheels"));
    const edited = await build();
    assert.deepEqual([edited.outputHash, edited.files[0]?.sha256], [outputHash, files[0]?.sha256]);
    assert.ok(edited.cacheHit);
    fs.rmSync(at("Makefile"));
    assert.equal((await build()).outputHash, outputHash);
  });

  it("is chosen by `onlyInclude`: functions of one project change one by one", async () => {
    const orders = { onlyInclude: ["orders/", "shared/"] };
    const bills = { onlyInclude: ["bills/", "shared/"], handler: "bills.handler.handler" };
    const [one, two] = [await build(orders), await build(bills)];
    assert.deepEqual(
      shippedPaths(one).filter((file) => /^(orders|bills|shared)/.test(file)),
      ["orders/handler.py", "shared/text.py"],
    );
    fs.appendFileSync(at("orders/handler.py"), "# edited\n");
    assert.notEqual((await build(orders)).outputHash, one.outputHash);
    assert.equal((await build(bills)).outputHash, two.outputHash);
    await answers(await build(orders), "orders.handler.handler", "shared");
    await answers(two, "bills.handler.handler", "bills");
    // A folder that the handler imports is missed: the list is what ships, and nothing is added to it but a warning.
    bench.messages.length = 0;
    const alone = await build({ onlyInclude: ["bills/"], handler: bills.handler });
    const missed = bench.messages.filter((message) => message.includes("`onlyInclude` does not name"));
    assert.match(missed.join(), /bills\/handler\.py imports shared\.text: shared\/text\.py/);
    const list = JSON.parse(/`onlyInclude: (\[[^\]]+\])`/.exec(missed[0]!)?.[1] ?? "") as string[];
    assert.deepEqual(list, ["bills/", "/shared/text.py"]);
    bench.messages.length = 0;
    const followed = await build({ onlyInclude: list, handler: bills.handler });
    assert.ok(!bench.messages.some((message) => message.includes("does not name")));
    await answers(followed, bills.handler, "bills");
    if (canCall("3.11")) {
      const { functionError, payload } = await tryHandler(alone, { handler: bills.handler, minor: "3.11" });
      assert.ok(functionError !== undefined, payload);
      assert.match(payload, /No module named 'shared'/);
    }
    await refused(build({ ...orders, handler: "bills.handler.handler" }), "HANDLER_NOT_FOUND", /bills/);
  });

  it("warns of patterns that match nothing, once for each list", async () => {
    await build({
      include: ["*.pem"],
      exclude: ["bils/", "bills", "mate/*.txt", "alpha/"],
      onlyInclude: ["orders", "x"],
    });
    assert.equal(aboutPatterns().length, 3, bench.messages.join("\n"));
    const text = aboutPatterns().join("\n");
    assert.match(text, /include: "\*\.pem" matches none of the project's own files/);
    assert.match(text, /exclude: "bils\/" and "alpha\/" match no file of the project or of a local package/);
    assert.match(text, /`dependencyExclude`/);
    assert.match(text, /onlyInclude: "x" matches no file that ships/);
    await build({ exclude: ["mate/*.txt", "**/*.pyc", "tests"] });
    assert.deepEqual(aboutPatterns(), []);
  });

  it("holds no private key: one of the project, of a local package, of a copied folder", async () => {
    fs.writeFileSync(at("shared/tls.cfg"), privateKey);
    fs.writeFileSync(
      at("mate/src/mate/service.json"),
      JSON.stringify({ type: "service_account", private_key: privateKey }),
    );
    fs.mkdirSync(path.join(folder, "beside"), { recursive: true });
    fs.writeFileSync(path.join(folder, "beside", "server.key"), "binary");
    const copyFiles = [{ from: "beside", to: "tls" }];
    const error = await refused(build({ copyFiles }), "SECRET_FILE", /shared\/tls\.cfg: a private key/);
    assert.match(error.message, /mate\/service\.json: credentials of a Google account/);
    assert.match(error.message, /tls\/server\.key: a private key, by its name/);
    assert.ok(!JSON.stringify([error.message, error.problems, bench.messages]).includes("PRIVATE KEY"));
    // Also from the store, and where the key of one function is meant in another.
    await refused(build({ copyFiles }), "SECRET_FILE", /shared\/tls\.cfg/);
    fs.writeFileSync(at("reader.py"), `import pathlib, mate\n${answer(readKeys)}`);
    const include = ["/shared/tls.cfg", "service.json", "tls/"];
    const suggestedName = await build({ copyFiles, include, handler: "reader.handler" });
    assert.ok(shippedPaths(suggestedName).includes("mate/service.json"));
    await answers(suggestedName, "reader.handler", [privateKey, "service_account", "binary"]);
    assert.deepEqual(aboutPatterns(), []);
    const named = [{ from: "beside/server.key", to: "tls/server.key" }];
    await build({ copyFiles: named, include: ["/shared/tls.cfg", "service.json"] });
    const levels = { handler: "error", binaries: "error", collisions: "error", sizes: "error" } as const;
    await build({ copyFiles, checks: { ...levels, secrets: "warn" } });
    assert.ok(bench.messages.some((message) => message.includes("tls/server.key")));
    await build({ copyFiles, checks: { ...levels, secrets: "off" } });
    assert.ok(!bench.messages.some((message) => message.includes("server.key")));
    await build({ exclude: ["shared/tls.cfg", "service.json"] });
  });

  it("is decided by the backend of a package, and `onlyInclude` selects from its wheel", async () => {
    const place = await bench.prepare(packaged);
    const wanted = { project: "project", handler: "svc.one.handler" };
    const whole = await bench.build(place, wanted);
    const one = await bench.build(place, { ...wanted, onlyInclude: ["svc/__init__.py", "svc/one/"] });
    const paths = artifactTree(one).map((entry) => entry.path);
    assert.ok(paths.includes("svc-0.1.0.dist-info/METADATA"));
    assert.deepEqual(shippedPaths(one), ["alpha/__init__.py", "svc/__init__.py", "svc/one/__init__.py"]);
    assert.ok(shippedPaths(whole).includes("svc/two/__init__.py"));
    assert.equal(one.packages["svc"], "0.1.0");
  });
});
