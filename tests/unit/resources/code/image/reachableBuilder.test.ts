import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { builderProblem } from "../../../../../provider/resources/code/image/reachableBuilder.js";
import { suggestedName, proposedCommand, proposedName } from "../../../../support/proposals.js";
import { temporaryFolder } from "../../../../support/trees.js";

describe("builders of images", () => {
  let folder: string;
  let servers: net.Server[];
  beforeEach(() => {
    folder = temporaryFolder();
    servers = [];
  });
  afterEach(() => {
    for (const server of servers) server.close();
    fs.rmSync(folder, { recursive: true });
  });

  async function listening(where: string | number): Promise<net.Server> {
    const server = net.createServer((socket) => socket.destroy());
    servers.push(server);
    await new Promise<void>((resolve) => {
      if (typeof where === "number") server.listen(where, "127.0.0.1", resolve);
      else server.listen(where, resolve);
    });
    return server;
  }

  const portOf = (server: net.Server) => (server.address() as AddressInfo).port;

  function problem(driver: string, ...endpoints: string[]) {
    const instances = path.join(folder, "buildx", "instances");
    fs.mkdirSync(instances, { recursive: true });
    const nodes = endpoints.map((Endpoint, i) => ({ Name: `b${i}`, Endpoint }));
    fs.writeFileSync(path.join(instances, "b"), JSON.stringify({ Name: "b", Driver: driver, Nodes: nodes }));
    return builderProblem({ builder: "b" }, { DOCKER_CONFIG: folder });
  }

  function context(name: string, host: string): void {
    const meta = path.join(folder, "contexts", "meta", createHash("sha256").update(name).digest("hex"));
    fs.mkdirSync(meta, { recursive: true });
    fs.writeFileSync(
      path.join(meta, "meta.json"),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
    );
  }

  it("are fine when one address answers", async () => {
    const socket = path.join(folder, "a socket");
    await listening(socket);
    assert.equal(await problem("remote", `unix://${socket}`), undefined);
    const server = await listening(0);
    assert.equal(await problem("remote", "unix:///nowhere", `tcp://127.0.0.1:${portOf(server)}`), undefined);
  });

  it("are named with their addresses when none answers", async () => {
    const server = await listening(0);
    const port = portOf(server);
    await new Promise((resolve) => server.close(resolve));
    const text = `The builder "b" (image.builder) does not answer at tcp://127.0.0.1:${port}, unix:///nowhere.`;
    assert.equal(await problem("remote", `tcp://127.0.0.1:${port}`, "unix:///nowhere"), text);
  });

  it("in Docker are asked there, by address or by context; what cannot be asked is not judged", async () => {
    const socket = path.join(folder, "docker.sock");
    context("far", `unix://${socket}`);
    context("near", "ssh://build@host");
    assert.match(
      (await problem("docker-container", "far"))!,
      /"b" \(image\.builder\) does not answer at unix:.*docker\.sock/,
    );
    assert.match((await problem("docker-container", "unix:///nowhere"))!, /does not answer at unix:\/\/\/nowhere/);
    assert.equal(await problem("docker-container", "near"), undefined);
    assert.equal(await problem("docker-container", "a context that is gone"), undefined);
    assert.equal(await problem("kubernetes", ""), undefined);
    assert.equal(await problem("remote", "ssh://host"), undefined);
    await listening(socket);
    assert.equal(await problem("docker-container", "far"), undefined);
  });

  it("that do not exist are named, with those that exist", async () => {
    await problem("remote", "unix:///nowhere");
    fs.renameSync(path.join(folder, "buildx/instances/b"), path.join(folder, "buildx/instances/remote"));
    assert.equal(
      await builderProblem({ builder: "remotte" }, { DOCKER_CONFIG: folder }),
      'There is no builder "remotte" (image.builder). Did you mean "remote"? Builders: default, remote. ' +
        "To create it, run `docker buildx create --name remotte ...`.",
    );
    fs.writeFileSync(path.join(folder, "buildx/instances/broken"), "{");
    assert.match(
      (await builderProblem({ builder: "broken" }, { DOCKER_CONFIG: folder }))!,
      /There is no builder "broken"/,
    );
    assert.match((await builderProblem({ builder: "x" }, { DOCKER_CONFIG: "/nowhere" }))!, /Builders: default\./);
  });

  it("by the name of a Docker context are Docker itself", async () => {
    const socket = path.join(folder, "docker.sock");
    context("far", `unix://${socket}`);
    const environment = { DOCKER_CONFIG: folder, DOCKER_HOST: "unix:///gone.sock" };
    assert.match((await builderProblem({ builder: "far" }, environment))!, /no Docker answers at unix:.*docker\.sock/);
    assert.match(
      (await builderProblem({ builder: "default" }, environment))!,
      /no Docker answers at unix:\/\/\/gone\.sock/,
    );
    await listening(socket);
    assert.equal(await builderProblem({ builder: "far" }, environment), undefined);
  });

  it("need no name when Docker or any of them answers", async () => {
    const none = { DOCKER_CONFIG: folder, DOCKER_HOST: "unix:///gone.sock" };
    assert.match(
      (await builderProblem({}, none))!,
      /^No builder for images was found: no Docker answers at unix:\/\/\/gone\.sock\. /,
    );
    await problem("remote", "unix:///nowhere");
    assert.match((await builderProblem({}, none))!, /gone\.sock, and none of these builders: b\. /);
    const socket = path.join(folder, "docker.sock");
    await listening(socket);
    assert.equal(await builderProblem({}, { ...none, DOCKER_HOST: `unix://${socket}` }), undefined);
    context("far", `unix://${socket}`);
    for (const environment of [{ DOCKER_CONTEXT: "far" }, {}]) {
      fs.writeFileSync(path.join(folder, "config.json"), JSON.stringify({ currentContext: "far" }));
      assert.equal(await builderProblem({}, { DOCKER_CONFIG: folder, ...environment }), undefined);
    }
    await problem("remote", `unix://${socket}`);
    assert.equal(await builderProblem({}, none), undefined);
  });

  it("are looked for where Docker Buildx keeps them", async () => {
    await problem("remote", "unix:///nowhere");
    const found = async (environment: Record<string, string>) =>
      (await builderProblem({ builder: "b" }, environment))?.includes("does not answer at unix:///nowhere") ?? false;
    fs.cpSync(path.join(folder, "buildx"), path.join(folder, ".docker/buildx"), { recursive: true });
    assert.ok(await found({ HOME: folder }));
    assert.ok(await found({ BUILDX_CONFIG: path.join(folder, "buildx"), HOME: "/nowhere" }));
    assert.ok(!(await found({ HOME: "/nowhere" })));
  });

  it("are found when a publisher is named: the command, and the daemon that docker needs", async () => {
    const publishers = async (publisher: "docker" | "podman", host = "unix:///gone.sock") =>
      builderProblem({ publisher }, { PATH: folder, HOME: folder, DOCKER_HOST: host });
    for (const name of ["docker", "podman"] as const)
      assert.match(
        (await publishers(name))!,
        new RegExp(`^There is no ${name} on PATH, which image\\.publisher needs\\.`),
      );
    for (const name of ["docker", "podman"]) fs.writeFileSync(path.join(folder, name), "\x7fELF", { mode: 0o755 });
    assert.equal(await publishers("podman"), undefined);
    assert.match((await publishers("docker"))!, /^No Docker answers at unix:\/\/\/gone\.sock/);
    const socket = path.join(folder, "docker.sock");
    await listening(socket);
    assert.equal(await publishers("docker", `unix://${socket}`), undefined);
    fs.writeFileSync(path.join(folder, "docker"), '#!/bin/sh\nexec podman "$@"\n');
    assert.equal(await publishers("docker"), undefined, "podman under the name docker");
    fs.chmodSync(path.join(folder, "docker"), 0o644);
    assert.match((await publishers("docker"))!, /There is no docker on PATH/);
  });

  describe("that are proposed", () => {
    const problemOf = async (...given: Parameters<typeof builderProblem>) => {
      const text = await builderProblem(...given);
      assert.ok(text !== undefined);
      return text;
    };
    const nowhere = () => ({ DOCKER_CONFIG: folder, DOCKER_HOST: `unix://${path.join(folder, "docker.sock")}` });
    const instance = async (name: string) => {
      const socket = path.join(folder, `${name}.sock`);
      await listening(socket);
      await problem("remote", `unix://${socket}`);
      const instances = path.join(folder, "buildx/instances");
      fs.renameSync(path.join(instances, "b"), path.join(instances, name));
    };

    it("work by the name that was meant, or after the command that makes one", async () => {
      await instance("remote");
      const typo = await problemOf({ builder: "remotte" }, nowhere());
      assert.equal(await builderProblem({ builder: suggestedName(typo) }, nowhere()), undefined);
      const create = proposedCommand(await problemOf({ builder: "mine" }, nowhere()), "docker buildx create");
      await instance(create[create.indexOf("--name") + 1] ?? "");
      assert.equal(await builderProblem({ builder: "mine" }, nowhere()), undefined);
    });

    it("work when Docker is started, or a builder that runs elsewhere is named", async () => {
      const nothing = await problemOf({}, nowhere());
      await instance("elsewhere");
      const input = proposedName(nothing, "image.builder").replace("image.", "");
      assert.equal(await builderProblem({ [input]: "elsewhere" }, nowhere()), undefined);
      assert.match(nothing, /Start Docker/);
      await listening(path.join(folder, "docker.sock"));
      assert.equal(await builderProblem({}, nowhere()), undefined);
    });

    it("work when the publisher is installed or Docker started, or without a publisher", async () => {
      const bin = path.join(folder, "bin");
      fs.mkdirSync(bin);
      const environment = { ...nowhere(), PATH: bin };
      assert.match(await problemOf({ publisher: "podman" }, environment), /install it, or leave image\.publisher out/);
      fs.writeFileSync(path.join(bin, "podman"), "", { mode: 0o755 });
      assert.equal(await builderProblem({ publisher: "podman" }, environment), undefined);
      fs.writeFileSync(path.join(bin, "docker"), "\x7fELF", { mode: 0o755 });
      assert.match(
        await problemOf({ publisher: "docker" }, environment),
        /start Docker, or leave image\.publisher out/,
      );
      await instance("elsewhere");
      assert.equal(await builderProblem({}, environment), undefined);
      await listening(path.join(folder, "docker.sock"));
      assert.equal(await builderProblem({ publisher: "docker" }, environment), undefined);
    });
  });
});
