import * as fs from "node:fs";
import * as path from "node:path";
import { AwsError } from "../aws/client/client.js";
import { plainClient } from "../aws/fixtures.js";
import { startImageBench, type ImageBench } from "../image/bench.js";
import { whyNoImages } from "../image/parts.js";
import { crane } from "../image/registry.js";
import { packLayer } from "../image/standIns.js";
import { skipIf } from "../support/skip.js";
import type { Run } from "./run.js";

const benches = new WeakMap<Run, Promise<ImageBench>>();

/**
 * The image bench of the run, started at the first call. Its plugin is in the run's PULUMI_HOME. Skips the test with a
 * message if the bench cannot run.
 */
export async function imageBench(context: Mocha.Context, run: Run): Promise<ImageBench> {
  skipIf(context, whyNoImages());
  const started = benches.get(run) ?? startFor(run);
  benches.set(run, started);
  return started;
}

async function startFor(run: Run): Promise<ImageBench> {
  const bench = await startImageBench({ folder: path.join(run.folder, "images"), aws: run.aws, uv: run.uv });
  run.atEnd.push(() => bench.stop());
  await bench.installPlugin(run.pulumiHome, run.pulumi);
  return bench;
}

/**
 * Pushes the base images of the Dockerfiles in the fixture `guide`, under the names that they use. Its lock names the
 * index `../wheels`, which is `/var/wheels` from the base image's working folder.
 */
export async function pushGuideImages(bench: ImageBench, run: Run): Promise<void> {
  for (const version of ["0.9.17", "0.11.8"]) await crane("tag", `${bench.registry.address}/astral-sh/uv`, version);
  const folder = path.join(run.folder, "guide-layer");
  fs.cpSync(path.join(run.fixtures, "wheels"), path.join(folder, "var", "wheels"), { recursive: true });
  const python = `${bench.registry.address}/lambda/python`;
  await crane("append", "-b", `${python}:3.11`, "-f", await packLayer(folder, "guide.tar"), "-t", `${python}:3.13`);
}

/** ECR as an AWS client sees it. */
export async function ecr(run: Run, operation: string, body: object): Promise<Record<string, unknown>> {
  return plainClient(run.aws).json("ecr", `AmazonEC2ContainerRegistry_V20150921.${operation}`, body);
}

export interface DescribedImage {
  readonly imageDigest: string;
  readonly imageTags?: readonly string[];
}

/** Images of a repository; undefined when there is no such repository. */
export async function imagesIn(run: Run, repositoryName: string): Promise<readonly DescribedImage[] | undefined> {
  try {
    return (await ecr(run, "DescribeImages", { repositoryName }))["imageDetails"] as DescribedImage[];
  } catch (error) {
    if (error instanceof AwsError && error.code === "RepositoryNotFoundException") return undefined;
    throw error;
  }
}

/** The parts of `host/name@sha256:…`. */
export function partsOf(imageUri: string): { host: string; repository: string; digest: string } {
  const [, host = "", repository = "", digest = ""] = /^([^/]+)\/(.+)@(sha256:[0-9a-f]{64})$/.exec(imageUri) ?? [];
  if (digest === "") throw new Error(`not pinned by a digest: ${imageUri}`);
  return { host, repository, digest };
}

interface Manifest {
  readonly mediaType: string;
  readonly layers: readonly { readonly digest: string }[];
}

/** Digests of an image's layers, lowest first. Throws when its manifest is not a plain one. */
export async function layersOf(run: Run, imageUri: string): Promise<string[]> {
  const { host, repository, digest } = partsOf(imageUri);
  const manifest = await fetch(`${run.aws.endpoint}/v2/${repository}/manifests/${digest}`, { headers: { host } });
  const { mediaType, layers } = (await manifest.json()) as Manifest;
  if (mediaType !== "application/vnd.oci.image.manifest.v1+json") throw new Error(`${imageUri} is a ${mediaType}`);
  return layers.map((layer) => layer.digest);
}
