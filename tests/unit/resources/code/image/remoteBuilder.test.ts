import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as net from "node:net";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { remoteBuilderProblem } from "../../../../../provider/resources/code/image/remoteBuilder.js";
import { temporaryFolder } from "../../../../support/trees.js";

describe("remote builders", () => {
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
    return remoteBuilderProblem("b", { DOCKER_CONFIG: folder });
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
    const text = `The builder "b" (image.builder) does not answer at tcp://127.0.0.1:${port}, unix:///nowhere; an image that must be built cannot be.`;
    assert.equal(await problem("remote", `tcp://127.0.0.1:${port}`, "unix:///nowhere"), text);
  });

  it("of other drivers, of none, or damaged are not judged", async () => {
    assert.equal(await problem("docker-container", "unix:///nowhere"), undefined);
    assert.equal(await remoteBuilderProblem("absent", { DOCKER_CONFIG: folder }), undefined);
    fs.writeFileSync(path.join(folder, "buildx/instances/b"), "{");
    assert.equal(await remoteBuilderProblem("b", { DOCKER_CONFIG: folder }), undefined);
  });

  it("are looked for where Docker Buildx keeps them", async () => {
    await problem("remote", "unix:///nowhere");
    const found = async (environment: Record<string, string>) =>
      (await remoteBuilderProblem("b", environment)) !== undefined;
    fs.cpSync(path.join(folder, "buildx"), path.join(folder, ".docker/buildx"), { recursive: true });
    assert.ok(await found({ HOME: folder }));
    assert.ok(await found({ BUILDX_CONFIG: path.join(folder, "buildx"), HOME: "/nowhere" }));
    assert.ok(!(await found({ HOME: "/nowhere" })));
  });
});
