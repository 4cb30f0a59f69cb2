import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import * as fc from "fast-check";
import { readMachineSettings } from "../../provider/lib/machine.js";
import { createPackager } from "../../provider/packaging/createPackager.js";
import { packageRequest } from "../../provider/inputs/packageRequest.js";
import { UvLambdaError } from "../../provider/lib/errors.js";
import { buildRecord } from "../../provider/resources/build/buildRecord.js";
import { WorkFolder } from "../../provider/store/placed/workFolder.js";
import { readZip } from "../aws/archive/zip.js";
import { CliBench } from "../support/cli.js";
import { runCommand } from "../support/commands.js";
import { anySecret, found, seed, token } from "../support/secrets.js";
import { makeWheel } from "../support/wheels.js";

/** Every place that can contain a credential has its own random one. */
const places = [
  ...["directPassword", "directQuery", "directToken", "indexPassword", "configPassword", "envPassword", "envUrl"],
  ...["proxyPassword", "netrcPassword", "storedPassword", "gitPassword", "givenPassword"],
] as const;
type Secrets = Record<(typeof places)[number], string>;

describe(`faults: secrets in every place, searched in every outlet (seed ${seed})`, function () {
  this.timeout(300_000);
  let bench: CliBench;
  let server: http.Server;
  let host: string;
  const secrets = fc.sample(
    fc.tuple(fc.array(anySecret, { minLength: 12, maxLength: 12 }), fc.array(token, { minLength: 12, maxLength: 12 })),
    { seed, numRuns: 1 },
  )[0]!;
  // Secrets that are not encoded, in file names and queries, must be tokens. Encoded ones can be anything.
  const secret = Object.fromEntries(
    places.map((place, i) => [place, (/Query|Token/.test(place) ? secrets[1] : secrets[0])[i]!]),
  ) as Secrets;

  before(async function () {
    bench = CliBench.openOrSkip(this);
    for (const name of ["alpha", "directdep", "tokendep"]) makeWheel({ name }, bench.at("served"));
    server = http.createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://host");
      const file = bench.at("served", path.basename(url.pathname));
      if (url.pathname.startsWith("/gone")) response.writeHead(403, `no ${url.search}`).end(`refused ${request.url}`);
      else if (url.pathname.includes("/simple/")) response.writeHead(200, { "content-type": "text/html" }).end(links());
      else if (fs.existsSync(file)) response.writeHead(200).end(fs.readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    writeHome();
  });
  after(() => {
    server?.close();
    server?.closeAllConnections();
    bench?.remove();
  });

  function links(): string {
    const sha256 = (name: string) =>
      createHash("sha256")
        .update(fs.readFileSync(bench.at("served", name)))
        .digest("hex");
    return fs
      .readdirSync(bench.at("served"))
      .map((name) => `<a href="/files/${name}#sha256=${sha256(name)}">${name}</a>`)
      .join("\n");
  }

  function writeHome(): void {
    const home = bench.at("home");
    fs.mkdirSync(path.join(home, ".config", "uv"), { recursive: true });
    fs.mkdirSync(path.join(home, ".local", "share", "uv", "credentials"), { recursive: true });
    const quoted = `"${secret.netrcPassword.replace(/["\\]/g, "\\$&")}"`;
    fs.writeFileSync(path.join(home, ".netrc"), `machine other.example login direct password ${quoted}\n`, {
      mode: 0o600,
    });
    fs.writeFileSync(
      path.join(home, ".config", "uv", "uv.toml"),
      `[[index]]\nname = "conf"\nurl = "http://python:${encodeURIComponent(secret.configPassword)}@${host}/simple/"\n`,
    );
    fs.writeFileSync(
      path.join(home, ".local", "share", "uv", "credentials", "credentials.toml"),
      `[[credential]]\nservice = "https://other.example/"\nusername = "u"\nscheme = "basic"\npassword = ${JSON.stringify(secret.storedPassword)}\n`,
    );
    fs.writeFileSync(
      path.join(home, ".git-credentials"),
      `https://u:${encodeURIComponent(secret.gitPassword)}@git.example\n`,
    );
  }

  const environment = (): Record<string, string> => ({
    UV_INDEX_CORP_USERNAME: "alpha",
    UV_INDEX_CORP_PASSWORD: secret.envPassword,
    UV_EXTRA_INDEX_URL: `http://u:${encodeURIComponent(secret.envUrl)}@${host}/simple/`,
    HTTPS_PROXY: `http://p:${encodeURIComponent(secret.proxyPassword)}@127.0.0.1:9`,
    NODE_DEBUG: "uvlambda",
  });

  /** A packaged project: the METADATA of its wheel repeats its direct requirements. */
  async function project(name: string): Promise<string> {
    const pyproject = [
      "[project]",
      'name = "app"\nversion = "1"\nrequires-python = ">=3.11"',
      "dependencies = [",
      '  "alpha",',
      `  "directdep @ http://direct:${encodeURIComponent(secret.directPassword)}@${host}/files/directdep-1.0.0-py3-none-any.whl?sig=${secret.directQuery}",`,
      `  "tokendep @ http://${secret.directToken}@${host}/files/tokendep-1.0.0-py3-none-any.whl",`,
      "]",
      `[[tool.uv.index]]\nname = "corp"\nurl = "http://alpha:${encodeURIComponent(secret.indexPassword)}@${host}/simple/"\ndefault = true`,
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    ].join("\n");
    const backend = fs.readFileSync(path.join(__dirname, "secretsBackend.py"), "utf8");
    const folder = bench.write(name, {
      "pyproject.toml": pyproject,
      "backend.py": backend,
      "pkg/__init__.py": "def handler(event, context):\n    return event\n",
    });
    const lock = await runCommand([bench.uv, "lock"], { cwd: folder, env: { ...bench.env, ...environment() } });
    assert.equal(lock.code, 0, lock.stderr);
    return folder;
  }

  function refuseSecrets(what: string, text: string): void {
    for (const [place, value] of Object.entries(secret)) {
      assert.deepEqual(found(text, value), [], `${what} holds ${place} = ${JSON.stringify(value)}: ${excerpt(text)}`);
    }
  }

  function refuseInFolder(folder: string): number {
    if (!fs.existsSync(folder)) return 0;
    const files = fs
      .readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of files) {
      const bytes = fs.readFileSync(file);
      refuseSecrets(file, bytes.toString("utf8"));
      if (bytes.subarray(0, 2).toString() === "PK")
        for (const entry of readZip(bytes)) refuseSecrets(`${file}: ${entry.name}`, entry.data().toString("utf8"));
    }
    return files.length;
  }

  it("a build with its SBOM: neither output, store nor artifact contains one", async () => {
    const folder = await project("whole");
    const args = ["--project", folder, "--runtime", "python3.13", "--handler", "pkg.handler", "--sbom", "--out", "out"];
    const { code, stdout, stderr } = await bench.run(["build", ...args], { env: environment() });
    assert.equal(code, 0, stderr);
    refuseSecrets("stdout", stdout);
    refuseSecrets("stderr", stderr);
    assert.ok(refuseInFolder(bench.at("store")) > 3);
    assert.equal(refuseInFolder(bench.at("out")), 3);
    const sbom = fs.readFileSync(bench.at("out", "sbom.cdx.json"), "utf8");
    assert.match(sbom, /directdep-1\.0\.0-py3-none-any\.whl/);
    assert.doesNotMatch(sbom, /[^/]\*\*\*dep/, "words that equal a user name stay");
    const report = await bench.run(["inspect", "out", "--html", "report/page.html", "--json"], { env: environment() });
    assert.equal(report.code, 2, "the folder of a report has to exist");
    fs.mkdirSync(bench.at("report"));
    const inspected = await bench.run(["inspect", "out", "--html", "report/page.html", "--json"]);
    assert.equal(inspected.code, 0, inspected.stderr);
    assert.match(inspected.stdout, /tokendep/);
    refuseSecrets("inspect", report.stdout + report.stderr + inspected.stdout + inspected.stderr);
    assert.equal(refuseInFolder(bench.at("report")), 1);
  });

  it("a program: neither the record in the state nor the folder beside the program contains one", async () => {
    const folder = await project("program");
    const messages: string[] = [];
    const machine = readMachineSettings({
      ...bench.env,
      ...environment(),
      UVLAMBDA_CACHE_DIR: bench.at("program-store"),
    });
    const reporter = {
      progress: (text: string) => void messages.push(text),
      warn: (text: string) => void messages.push(text),
    };
    const packager = createPackager(machine, reporter);
    const request = await packageRequest({ project: folder, runtime: "python3.13", handler: "pkg.handler" }, folder);
    const buildEnvironment = { UV_INDEX_CORP_PASSWORD: secret.givenPassword };
    const artifact = await packager.package(request, { reporter, buildEnvironment });
    const [file] = artifact.files;
    const placed = await new WorkFolder(folder, ".uvlambda").place(
      path.join(artifact.folder, file!.name),
      file!.sha256,
    );
    const record = buildRecord(request, { artifact, files: { code: { ...file!, path: placed } } });
    assert.deepEqual(Object.keys(record.packages ?? {}).sort(), ["alpha", "app", "directdep", "tokendep"]);
    refuseSecrets("the record in the state", JSON.stringify([record, artifact, placed]));
    refuseSecrets("progress", messages.join("\n"));
    assert.ok(refuseInFolder(path.join(folder, ".uvlambda")) >= 2);
    assert.ok(refuseInFolder(bench.at("program-store")) > 3);
  });

  it("failed builds: no message, hint or debug log contains one", async () => {
    const folder = await project("failing");
    const fail = async (name: string, change: () => void, says: RegExp) => {
      change();
      const env = {
        ...environment(),
        UVLAMBDA_CACHE_DIR: bench.at(`${name}-store`),
        UV_CACHE_DIR: bench.at(`${name}-uv`),
      };
      const args = ["build", "--project", folder, "--runtime", "python3.13", "--handler", "pkg.handler"];
      const { code, stdout, stderr } = await bench.run(args, { env });
      assert.notEqual(code, 0);
      assert.match(stderr, says);
      refuseSecrets("stdout", stdout);
      refuseSecrets("stderr", stderr);
      refuseInFolder(bench.at(`${name}-store`));
    };
    const backend = path.join(folder, "backend.py");
    const text = fs.readFileSync(backend, "utf8");
    // The command line has no buildEnvironment, so nothing can know that one.
    const everything = JSON.stringify({ ...secret, givenPassword: undefined });
    // A backend that prints everything it can read, in several encodings.
    await fail(
      "shown",
      () => fs.writeFileSync(backend, `SHOWN = ${JSON.stringify(everything)}\n${text}`),
      /could not be built/,
    );
    fs.writeFileSync(backend, text);
    const lock = path.join(folder, "uv.lock");
    const locked = fs.readFileSync(lock, "utf8");
    await fail("gone", () => fs.writeFileSync(lock, locked.replaceAll("/files/", "/gone/")), /./);
    fs.writeFileSync(lock, locked);
    const pyproject = path.join(folder, "pyproject.toml");
    const whole = fs.readFileSync(pyproject, "utf8");
    await fail(
      "broken",
      () => fs.writeFileSync(pyproject, whole.replace("dependencies = [", "dependencies = [[")),
      /pyproject/,
    );
    fs.writeFileSync(pyproject, whole);
  });

  it("buildEnvironment, which only programs set: neither error, progress nor store contains one", async () => {
    const folder = await project("given");
    const backend = path.join(folder, "backend.py");
    fs.writeFileSync(backend, `SHOWN = ${JSON.stringify(JSON.stringify(secret))}\n${fs.readFileSync(backend, "utf8")}`);
    const messages: string[] = [];
    const machine = readMachineSettings({
      ...bench.env,
      ...environment(),
      UVLAMBDA_CACHE_DIR: bench.at("given-store"),
    });
    const reporter = {
      progress: (text: string) => void messages.push(text),
      warn: (text: string) => void messages.push(text),
    };
    const packager = createPackager(machine, reporter);
    const request = await packageRequest({ project: folder, runtime: "python3.13", handler: "pkg.handler" }, folder);
    const buildEnvironment = { UV_INDEX_CORP_PASSWORD: secret.givenPassword, GIT_CONFIG_COUNT: "0" };
    const error = await packager.package(request, { reporter, buildEnvironment }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof UvLambdaError && error.code === "LOCAL_BUILD_FAILED", String(error));
    refuseSecrets("the error", JSON.stringify([error.message, error.hint, error.problems, error.stack]));
    refuseSecrets("progress", messages.join("\n"));
    refuseInFolder(bench.at("given-store"));
  });
});

function excerpt(text: string): string {
  return text.length > 2000 ? `${text.slice(0, 2000)} ...` : text;
}
