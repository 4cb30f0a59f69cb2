import * as pulumi from "@pulumi/pulumi";

/*
 * Resources of the plugins `docker-build` and `command`, registered by token and version instead of with their npm
 * packages. Pulumi fetches the plugin of every package in node_modules before it starts a component
 * provider from a checkout, so a function that is a zip archive would need all of them.
 */

/** Exactly these, because what a plugin compares differs between versions. docs/install.md names them. */
export const pluginVersions = { "docker-build": "0.0.22", command: "1.2.1" } as const;

/** Credentials of one registry. */
export interface RegistryLogin {
  readonly address: string;
  readonly username: pulumi.Input<string>;
  readonly password: pulumi.Input<string>;
}

interface Context {
  readonly location: pulumi.Input<string>;
}

export interface ImageArgs {
  readonly context: Context & { readonly named?: Readonly<Record<string, Context>> };
  readonly dockerfile?: Context;
  readonly target?: pulumi.Input<string>;
  readonly buildArgs?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>>;
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly ignoreSecretsInDiffCalculation?: readonly string[];
  readonly tags: readonly pulumi.Input<string>[];
  readonly platforms: readonly string[];
  readonly exports: readonly { readonly raw: string }[];
  readonly push: boolean;
  readonly builder?: { readonly name: pulumi.Input<string> };
  readonly cacheFrom?: pulumi.Input<readonly { readonly raw: string }[]>;
  readonly cacheTo?: pulumi.Input<readonly { readonly raw: string }[]>;
  readonly registries: pulumi.Input<readonly RegistryLogin[]>;
  readonly buildOnPreview: boolean;
}

/** An image that BuildKit builds. */
export class Image extends pulumi.CustomResource {
  declare readonly digest: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, opts: pulumi.CustomResourceOptions) {
    const secrets = args.secrets === undefined ? {} : { secrets: pulumi.secret(args.secrets) };
    const inputs = { ...args, ...secrets, network: "default", digest: undefined };
    super("docker-build:index:Image", name, inputs, {
      ...opts,
      version: pluginVersions["docker-build"],
      additionalSecretOutputs: ["secrets"],
    });
  }
}

export interface CommandArgs {
  readonly create: string;
  readonly interpreter: readonly string[];
  readonly logging: "stderr";
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly triggers: readonly pulumi.Input<string>[];
}

/** A command on this machine, which runs once, and again when one of its triggers changes. */
export class Command extends pulumi.CustomResource {
  declare readonly stdout: pulumi.Output<string>;

  constructor(name: string, args: CommandArgs, opts: pulumi.CustomResourceOptions) {
    super(
      "command:local:Command",
      name,
      { ...args, stdout: undefined },
      {
        ...opts,
        version: pluginVersions.command,
        replaceOnChanges: ["triggers[*]"],
      },
    );
  }
}
