import type * as pulumi from "@pulumi/pulumi";
import { Command } from "./pluginResources.js";
import { publishScript } from "./publishScript.js";
import type { ImagePublisher } from "../../../inputs/schema/plainTypes.js";

/** An image that a command on this machine builds and pushes. */
export interface Publication {
  readonly publisher: ImagePublisher;
  readonly repositoryUrl: pulumi.Input<string>;
  /** Changes with everything that decides the image. */
  readonly tag: pulumi.Input<string>;
  /** `linux/arm64` */
  readonly platform: string;
  /** The folder that holds the Dockerfile, relative to the program. */
  readonly folder: pulumi.Input<string>;
  readonly target: string | undefined;
}

/**
 * Runs only when the content, repository or platform changes; gives `<repository>@<digest>`. Its inputs must not
 * differ between two runs or machines: a token would end up in the state, and would be a change every time.
 */
export function publishedImage(
  name: string,
  { publisher, repositoryUrl, tag, platform, folder, target = "" }: Publication,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const environment = {
    UVLAMBDA_PUBLISHER: publisher,
    UVLAMBDA_REPOSITORY: repositoryUrl,
    UVLAMBDA_TAG: tag,
    UVLAMBDA_PLATFORM: platform,
    UVLAMBDA_CONTEXT: folder,
    UVLAMBDA_TARGET: target,
  };
  const triggers = [tag, repositoryUrl, platform];
  const commandOptions = { create: publishScript, interpreter: ["/bin/sh", "-c"], logging: "stderr" as const };
  return new Command(name, { ...commandOptions, environment, triggers }, { parent, protect: false }).stdout;
}
