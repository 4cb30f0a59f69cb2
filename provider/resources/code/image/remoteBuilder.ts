import * as net from "node:net";
import * as path from "node:path";
import { readRegularText } from "../../../lib/regularFile.js";

/** Long for an answer to a connection, short for somebody who waits. */
const patienceMs = 3000;

/**
 * Says that a remote builder of Docker Buildx answers at none of its addresses: the docker-build plugin tries for 20 s and
 * then names neither builder nor address. Undefined for all others; a builder that nobody has made is named by the plugin.
 */
export async function remoteBuilderProblem(
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const addresses = await remoteAddresses(name, environment);
  const answers = await Promise.all(addresses.map(connects));
  if (addresses.length === 0 || answers.includes(true)) return undefined;
  return `The builder ${JSON.stringify(name)} (image.builder) does not answer at ${addresses.join(", ")}; an image that must be built cannot be.`;
}

/** What `docker buildx create --driver remote` has written; empty for other drivers, and where nothing is to be read. */
async function remoteAddresses(name: string, environment: Readonly<Record<string, string>>): Promise<string[]> {
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? ".";
  const folder =
    environment["BUILDX_CONFIG"] ?? path.join(environment["DOCKER_CONFIG"] ?? path.join(home, ".docker"), "buildx");
  try {
    const text = await readRegularText(path.join(folder, "instances", name));
    const { Driver, Nodes } = JSON.parse(text) as { Driver?: string; Nodes?: readonly { Endpoint?: string }[] };
    if (Driver !== "remote") return [];
    return (Nodes ?? []).flatMap(({ Endpoint }) =>
      Endpoint !== undefined && /^(unix:\/\/|tcp:\/\/.*:\d+\/?$)/.test(Endpoint) ? [Endpoint] : [],
    );
  } catch {
    // Not ours to judge: the plugin reads the same file.
    return [];
  }
}

function connects(address: string): Promise<boolean> {
  const socketFile = /^unix:\/\/(.*)$/.exec(address)?.[1];
  const [, host = "", port = "0"] = /^tcp:\/\/\[?(.*?)\]?:(\d+)\/?$/.exec(address) ?? [];
  const target = socketFile === undefined ? { host, port: Number(port) } : { path: socketFile };
  return new Promise((resolve) => {
    const socket = net.connect(target);
    const end = (answers: boolean) => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
