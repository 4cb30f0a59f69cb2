import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { publishScript } from "../../provider/resources/code/image/publishScript.js";
import { DockerDaemon, whyNoDaemon } from "../packaging/support/dockerDaemon.js";
import { runCommand, type CommandResult } from "../support/commands.js";
import { skipIf } from "../support/skip.js";
import { temporaryFolder, writeFiles } from "../support/trees.js";
import { imageTool } from "./parts.js";
import { crane, Registry } from "./registry.js";

const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
const digest = `sha256:${"d".repeat(64)}`;
const token = "token-of-the-registry";

/** As the command plugin runs it, in the program's folder. */
function publish(cwd: string, env: Record<string, string>): Promise<CommandResult> {
  const asked = {
    UVLAMBDA_PUBLISHER: "docker",
    UVLAMBDA_REPOSITORY: `${ecr}/team/api`,
    UVLAMBDA_TAG: "tag",
    UVLAMBDA_PLATFORM: "linux/amd64",
    UVLAMBDA_CONTEXT: "context",
    UVLAMBDA_TARGET: "",
  };
  return runCommand(["/bin/sh", "-c", publishScript], { cwd, env: { ...asked, ...env } });
}

describe("publishing with docker or podman", function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const at = (name: string): string => path.join(folder, name);
  const written = (name: string): string => (fs.existsSync(at(name)) ? fs.readFileSync(at(name), "utf8") : "");
  const calls = (): string[] => written("calls").split("\n").filter(Boolean);

  /** Stand-ins that record how they are called. */
  function programs(more: Record<string, string>): Record<string, string> {
    const usual = {
      aws: `printf '%s' '${token}'`,
      docker: `case $1 in login) cat > '${at("password")}' ;; push) echo "tag: digest: ${digest} size: 1" ;; esac`,
      podman: `case $1 in login) cat > '${at("password")}' ;; push) echo '${digest}' > "$3" ;; esac`,
    };
    for (const [name, body] of Object.entries({ ...usual, ...more })) {
      const note = `[ "$2" = --help ] || { printf '%s' ${name}; printf ' <%s>' "$@"; echo; } >> '${at("calls")}'`;
      writeFiles(folder, { [`bin/${name}`]: `#!/bin/sh\n${note}\n${body}\n` });
      fs.chmodSync(at(`bin/${name}`), 0o755);
    }
    return { PATH: `${at("bin")}:/usr/bin:/bin`, TMPDIR: folder };
  }

  it("logs in to ECR by itself, and prints only what it pushed", async () => {
    const result = await publish(folder, programs({}));
    assert.deepEqual(result, { ...result, code: 0, stdout: `${ecr}/team/api@${digest}`, stderr: "" });
    assert.deepEqual(calls(), [
      "aws <ecr> <get-login-password> <--region> <eu-west-1>",
      `docker <login> <--username> <AWS> <--password-stdin> <${ecr}>`,
      `docker <build> <--platform> <linux/amd64> <--tag> <${ecr}/team/api:tag> <--file> <context/Dockerfile> <context>`,
      `docker <push> <${ecr}/team/api:tag>`,
    ]);
    assert.equal(written("password"), token);
    assert.deepEqual(fs.readdirSync(folder).sort(), ["bin", "calls", "password"], "a file was left behind");
  });

  it("finds the region in every form of ECR's name, and leaves other registries alone", async () => {
    const env = programs({});
    const hosts = {
      "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn": "cn-north-1",
      "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com": "us-gov-west-1",
      "123456789012.dkr-ecr.eu-west-1.on.aws": "eu-west-1",
    };
    for (const [host, region] of Object.entries(hosts)) {
      assert.equal((await publish(folder, { ...env, UVLAMBDA_REPOSITORY: `${host}/api` })).code, 0);
      assert.equal(calls().at(-4), `aws <ecr> <get-login-password> <--region> <${region}>`);
    }
    const before = calls().length;
    await publish(folder, { ...env, UVLAMBDA_REPOSITORY: "registry.example:5000/dkr.ecr.x/api" });
    assert.deepEqual(
      calls()
        .slice(before)
        .map((call) => call.split(" ").slice(0, 2).join(" ")),
      ["docker <build>", "docker <push>"],
    );
  });

  it("turns attestations off if the builder makes them", async () => {
    const help = 'if [ "$2" = --help ]; then echo "      --provenance string"; exit; fi';
    const env = programs({ docker: `${help}\n[ "$1" != push ] || echo "tag: digest: ${digest} size: 1"` });
    await publish(folder, { ...env, UVLAMBDA_REPOSITORY: "registry.example/api" });
    assert.match(calls()[0]!, /<--provenance=false> <context>$/);
  });

  it("asks podman for the digest", async () => {
    const result = await publish(folder, { ...programs({}), UVLAMBDA_PUBLISHER: "podman" });
    assert.equal(result.stdout, `${ecr}/team/api@${digest}`);
    assert.match(calls().at(-1)!, /^podman <push> <--digestfile> <[^>]*> <.*:tag>$/);
  });

  it("keeps its files where no other user can put a file or a link of the same name", async () => {
    const push = `case $1 in push) ls -ld "$(dirname "$3")" > '${at("rights")}'; echo '${digest}' > "$3" ;; esac`;
    await publish(folder, { ...programs({ podman: push }), UVLAMBDA_PUBLISHER: "podman" });
    const [, file] = /<--digestfile> <([^>]*)>/.exec(calls().at(-1)!)!;
    assert.notEqual(path.dirname(file!), folder);
    assert.match(written("rights"), /^drwx------/);
    assert.deepEqual(fs.readdirSync(folder).sort(), ["bin", "calls", "rights"], "a file was left behind");
  });

  it("builds the user's own Dockerfile from the workspace, with further contexts only if it names them", async () => {
    const context = "con text'$(touch harm)";
    writeFiles(folder, {
      [`${context}/Dockerfile`]: "COPY --from=uvlambda-code . /",
      [`${context}/project/uv.lock`]: "",
    });
    await publish(folder, { ...programs({}), UVLAMBDA_CONTEXT: context, UVLAMBDA_TARGET: "lambda" });
    const further = `<--target> <lambda> <--build-context> <uvlambda-code=${context}/code> <${context}/project>`;
    assert.ok(calls()[2]?.endsWith(`<--file> <${context}/Dockerfile> ${further}`), calls()[2]);
    assert.ok(!fs.existsSync(at("harm")));
  });

  const failures: Record<string, [Record<string, string>, RegExp]> = {
    "no publisher": [
      { PATH: "/usr/bin:/bin", UVLAMBDA_PUBLISHER: "no-docker" },
      /There is no no-docker on PATH, which image.publisher needs/,
    ],
    "a login that fails": [
      { aws: "echo 'Unable to locate credentials' >&2; exit 255" },
      /Unable to locate credentials\ndocker cannot log in to 123456789012/,
    ],
    "a build that fails": [
      { docker: "[ $1 != build ] || { echo 'COPY failed'; exit 1; }" },
      /COPY failed\ndocker cannot build the image for/,
    ],
    "a push that fails": [{ docker: "[ $1 != push ] || { echo 'denied'; exit 1; }" }, /denied\ndocker cannot push to/],
    "a push that says no digest": [{ docker: ":" }, /did not say the digest/],
  };
  for (const [name, [change, message]] of Object.entries(failures)) {
    it(`fails with the tool's own words: ${name}`, async () => {
      const isEnvironment = "PATH" in change;
      const env = programs(isEnvironment ? {} : change);
      const { code, stdout, stderr } = await publish(folder, isEnvironment ? { ...env, ...change } : env);
      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.ok(!stderr.includes(token));
    });
  }

  it("says that ECR needs the AWS CLI", async () => {
    const env = programs({});
    fs.rmSync(at("bin/aws"));
    const { code, stderr } = await publish(folder, env);
    assert.equal(code, 1);
    assert.match(stderr, /There is no aws on PATH, which the login to 123456789012.* needs.\nInstall the AWS CLI./);
  });

  describe("with a Docker without BuildKit", () => {
    let daemon: DockerDaemon | undefined;
    let registry: Registry | undefined;
    let place: string;

    before(async function () {
      const reason =
        whyNoDaemon() ?? (fs.existsSync(imageTool("crane")) ? undefined : "needs the part image of `tools/setup`");
      skipIf(this, reason);
      place = temporaryFolder();
      daemon = new DockerDaemon(path.join(place, "docker"), "host");
      [registry] = await Promise.all([Registry.start(path.join(place, "registry")), daemon.start()]);
    });
    after(async () => {
      await daemon?.stop();
      await registry?.stop();
      if (place !== undefined) fs.rmSync(place, { recursive: true, force: true });
    });

    async function pushed(env: Record<string, string>): Promise<string> {
      const repository = `${registry!.address}/team/api`;
      const asked = { UVLAMBDA_REPOSITORY: repository, TMPDIR: folder, ...env };
      const { code, stdout, stderr } = await publish(folder, { ...daemon!.environment, ...asked });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
      assert.equal(stdout, `${repository}@${await crane("digest", `${repository}:tag`)}`);
      const layers = path.join(folder, "image.tar");
      await crane("export", stdout, layers);
      return (await runCommand(["tar", "-tf", layers], { cwd: folder, env: { PATH: "/bin:/usr/bin" } })).stdout;
    }

    it("pushes two layers on the base, and names them by digest", async () => {
      const lines = [`FROM ${daemon!.image}`, "COPY dependencies/ /var/task/", "COPY code/ /var/task/", ""];
      writeFiles(folder, {
        "context/Dockerfile": lines.join("\n"),
        "context/dependencies/boto3/a.py": "",
        "context/code/handler.py": "",
      });
      const files = await pushed({});
      assert.match(files, /^var\/task\/boto3\/a.py$/m);
      assert.match(files, /^var\/task\/handler.py$/m);
    });

    it("builds one stage of the user's Dockerfile, which is outside of the workspace", async () => {
      const text = "FROM scratch AS lambda\nCOPY app /srv/app\nFROM nowhere.example/never\n";
      writeFiles(folder, { "context/Dockerfile": text, "context/project/app/main.py": "" });
      assert.match(await pushed({ UVLAMBDA_TARGET: "lambda" }), /^srv\/app\/main.py$/m);
    });
  });
});
