import { Command } from "@pulumi/command/local/command.js";
import type * as pulumi from "@pulumi/pulumi";
import { publishScript } from "./publishScript.js";
import type { ImagePublisher } from "../../../inputs/schema/plainTypes.js";

/** An image to be built and pushed by a command of this machine. */
export interface Publication {
  readonly publisher: ImagePublisher;
  readonly repositoryUrl: pulumi.Input<string>;
  /** Stands for everything that decides the image. */
  readonly tag: pulumi.Input<string>;
  /** `linux/arm64` */
  readonly platform: string;
  /** The folder that holds the Dockerfile, from the program. */
  readonly folder: pulumi.Input<string>;
  readonly target: string | undefined;
}

/**
 * Runs only when content, repository or platform are others; gives `<repository>@<digest>`. Nothing that differs between
 * two runs or machines may be among its inputs: a token here would be in the state, and a change every time.
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
  const how = { create: publishScript, interpreter: ["/bin/sh", "-c"], logging: "stderr" as const };
  return new Command(name, { ...how, environment, triggers }, { parent, protect: false }).stdout;
}
