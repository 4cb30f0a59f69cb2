import * as fs from "node:fs/promises";
import * as path from "node:path";
import { sha256Hex } from "../../../lib/hash.js";
import { findProgram, isScript } from "../../../lib/processes/programs.js";
import { readRegularText } from "../../../lib/regularFile.js";
import { closest } from "../../../lib/messages/suggest.js";
import type { EnvironmentVariables } from "../../../lib/processes/environmentVariables.js";
import type { ImagePublisher } from "../../../inputs/schema/plainTypes.js";
import { connects } from "./connects.js";

/** What `docker buildx create` wrote about one builder. */
interface Instance {
  readonly name: string;
  readonly driver: string;
  /** Addresses, or names of Docker contexts. */
  readonly endpoints: readonly string[];
}

/** What builds an image, as its inputs name it. */
export interface ImageBuilder {
  readonly builder?: string;
  readonly publisher?: ImagePublisher;
}

/**
 * Why no image can be built: there is no builder of that name, or none that answers. Found at once: the docker-build
 * plugin notices only after 20 s, when other resources have been created. Undefined when there may be a builder:
 * builders that cannot be tried, such as Kubernetes or ssh, are left to the plugin.
 */
export async function builderProblem(
  image: ImageBuilder,
  environment: EnvironmentVariables,
): Promise<string | undefined> {
  if (image.publisher !== undefined) return publisherProblem(image.publisher, environment);
  const name = image.builder;
  const docker = dockerFolder(environment);
  const instances = await readInstances(environment["BUILDX_CONFIG"] ?? path.join(docker, "buildx"));
  if (name === undefined) return anyBuilderProblem(instances, docker, environment);
  const instance = instances.find((one) => one.name === name);
  if (instance !== undefined) {
    const silent = await unreachable(instance, docker, environment);
    return silent && `The builder ${quoted(name)} (image.builder) does not answer at ${silent.join(", ")}.`;
  }
  // A Docker context is a builder that has the context's name.
  const address = name === "default" ? dockerAddress(environment) : contextAddress(name, docker);
  if (address !== undefined)
    return (await connects(address))
      ? undefined
      : `The builder ${quoted(name)} (image.builder) is Docker's own, and no Docker answers at ${address}.`;
  const names = [...instances.map((one) => one.name), "default"].sort();
  const closestName = closest(name, names);
  return (
    `There is no builder ${quoted(name)} (image.builder).${closestName === undefined ? "" : ` Did you mean ${quoted(closestName)}?`} ` +
    `Builders: ${names.join(", ")}. To create it, run \`docker buildx create --name ${name} ...\`.`
  );
}

/** `docker` and `podman` are commands that run here. Docker's needs a daemon. */
async function publisherProblem(
  publisher: ImagePublisher,
  environment: EnvironmentVariables,
): Promise<string | undefined> {
  const file = await findProgram(publisher, environment);
  const otherwise = "or leave image.publisher out to build with BuildKit.";
  if (file === undefined)
    return `There is no ${publisher} on PATH, which image.publisher needs. To fix this, install it, ${otherwise}`;
  // A script named docker may run podman, which has no daemon.
  if (publisher !== "docker" || (await isScript(file))) return undefined;
  const address = currentDocker(dockerFolder(environment), environment);
  if (await connects(address)) return undefined;
  return `No Docker answers at ${address}, which image.publisher needs. To fix this, start Docker, ${otherwise}`;
}

/** Without a name, the plugin takes any suitable builder, or else creates one in Docker. */
async function anyBuilderProblem(
  instances: readonly Instance[],
  docker: string,
  environment: EnvironmentVariables,
): Promise<string | undefined> {
  const address = currentDocker(docker, environment);
  if (await connects(address)) return undefined;
  for (const instance of instances)
    if ((await unreachable(instance, docker, environment)) === undefined) return undefined;
  const others =
    instances.length === 0 ? "" : `, and none of these builders: ${instances.map((one) => one.name).join(", ")}`;
  return (
    `No builder for images was found: no Docker answers at ${address}${others}. ` +
    "Start Docker, or name a BuildKit builder that runs elsewhere with `image.builder`."
  );
}

/** The addresses, if none of them answers. Undefined when one does or cannot be tried. */
async function unreachable(
  { driver, endpoints }: Instance,
  docker: string,
  environment: EnvironmentVariables,
): Promise<readonly string[] | undefined> {
  if (driver === "kubernetes" || driver === "cloud" || endpoints.length === 0) return undefined;
  const addresses = endpoints.map((endpoint) => {
    if (endpoint.includes("://")) return endpoint;
    return endpoint === "" || endpoint === "default" ? dockerAddress(environment) : contextAddress(endpoint, docker);
  });
  const known = addresses.filter((address) => address !== undefined);
  const answers = await Promise.all(known.map(connects));
  return known.length < addresses.length || answers.includes(true) ? undefined : known;
}

function dockerFolder(environment: EnvironmentVariables): string {
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? ".";
  return environment["DOCKER_CONFIG"] ?? path.join(home, ".docker");
}

async function readInstances(buildx: string): Promise<Instance[]> {
  const folder = path.join(buildx, "instances");
  const names = await fs.readdir(folder).catch(() => []);
  const all = names.sort().map((name) => readInstance(name, path.join(folder, name)));
  return all.filter((instance) => instance !== undefined);
}

function readInstance(name: string, file: string): Instance | undefined {
  const read = readJson(file) as { Driver?: string; Nodes?: readonly { Endpoint?: string }[] } | undefined;
  if (read === undefined) return undefined;
  return { name, driver: read.Driver ?? "", endpoints: (read.Nodes ?? []).map(({ Endpoint = "" }) => Endpoint) };
}

function currentDocker(docker: string, environment: EnvironmentVariables): string {
  if (environment["DOCKER_HOST"]) return environment["DOCKER_HOST"];
  const config = readJson(path.join(docker, "config.json")) as { currentContext?: string } | undefined;
  const context = environment["DOCKER_CONTEXT"] || config?.currentContext || "default";
  return (context === "default" ? undefined : contextAddress(context, docker)) ?? dockerAddress(environment);
}

function dockerAddress(environment: EnvironmentVariables): string {
  const usual = process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";
  return environment["DOCKER_HOST"] || usual;
}

/** Docker keeps a context under the hash of its name. */
function contextAddress(name: string, docker: string): string | undefined {
  const meta = readJson(path.join(docker, "contexts", "meta", sha256Hex(name), "meta.json")) as
    { Endpoints?: { docker?: { Host?: string } } } | undefined;
  return meta?.Endpoints?.docker?.Host;
}

/** Leaves it to the plugin to report a missing or damaged file. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readRegularText(file)) as unknown;
  } catch {
    return undefined;
  }
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
