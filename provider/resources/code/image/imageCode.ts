import * as pulumi from "@pulumi/pulumi";
import { sha256Hex } from "../../../lib/hash.js";
import type { PackageRequest } from "../../../packaging/request.js";
import { imagePlatforms } from "../../../runtimes/index.js";
import { unknownOutput } from "../../build/buildRecord.js";
import type { FunctionCode } from "../functionCode.js";
import { imageRepository, registryLogins } from "./repository.js";
import type { BuiltPackage } from "../../engine/builtPackage.js";
import { definedOnly } from "../../../lib/definedOnly.js";
import { Image, type ImageArgs } from "./pluginResources.js";
import { publishedImage } from "./publishedImage.js";
import type { Image as ImageSettings } from "../../engine/componentTypes.js";
import type { FunctionContext } from "../../function/functionContext.js";

/** All times in the image are this one, layers included: equal content has an equal digest. */
const sourceDateEpoch = "0";
const reproducibleExport = "type=image,push=true,rewrite-timestamp=true,oci-mediatypes=true";

/**
 * The image, pushed, and its repository. The handler is configuration of the function: functions can share an image.
 */
export function imageCode(
  context: FunctionContext,
  request: PackageRequest,
  built: BuiltPackage | undefined,
): FunctionCode {
  const { entryPoint, workingDirectory } = context.inputs.image ?? {};
  const repositoryUrl = imageRepository(context);
  const imageUri = pushedImage(context, request, built, repositoryUrl);
  const commands = request.image?.hasOwnCommand ? undefined : [request.handler.replaceAll("/", ".")];
  const imageConfig = definedOnly({ commands, entryPoints: entryPoint, workingDirectory });
  return {
    args: {
      packageType: "Image",
      imageUri,
      ...(Object.keys(imageConfig).length > 0 && { imageConfig }),
    },
    layers: [],
    outputs: { imageUri, repositoryUrl },
  };
}

/** Builds and pushes; gives `<repository>@<digest>`. */
function pushedImage(
  { component, names, inputs }: FunctionContext,
  request: PackageRequest,
  built: BuiltPackage | undefined,
  repositoryUrl: pulumi.Output<string>,
): pulumi.Output<string> {
  const settings = inputs.image ?? {};
  const { publisher, target } = settings;
  const folder = contextFolder(built);
  const tag = contentTag(request, built, settings);
  const platform = imagePlatforms[request.architecture];
  if (publisher !== undefined)
    return publishedImage(names.image, { publisher, repositoryUrl, tag, platform, folder, target }, component);
  const args: ImageArgs = definedOnly({
    ...builtFrom(folder, request),
    ...dockerfileArgs(settings),
    tags: [pulumi.interpolate`${repositoryUrl}:${tag}`],
    platforms: [platform],
    exports: [{ raw: reproducibleExport }],
    push: false, // the export does
    builder: settings.builder === undefined ? undefined : { name: settings.builder },
    cacheFrom: rawOptions(settings.cacheFrom),
    cacheTo: rawOptions(settings.cacheTo),
    registries: registryLogins(component, repositoryUrl),
    buildOnPreview: false,
  });
  // Published versions of the function may still run an image that this program no longer builds.
  const image = new Image(names.image, args, { parent: component, protect: false, retainOnDelete: true });
  return pulumi.all([repositoryUrl, image.digest]).apply(([url, digest]) =>
    // In the preview of an update, "" means unknown.
    digest === "" ? unknownOutput<string>() : pulumi.output(`${url}@${digest}`),
  );
}

/** The user's own Dockerfile gets the workspace as its context, and the installed packages as additional contexts. */
function builtFrom(folder: pulumi.Input<string>, { image }: PackageRequest): Pick<ImageArgs, "context" | "dockerfile"> {
  if (image?.dockerfile === undefined) return { context: { location: folder } };
  const at = (name: string) => ({ location: pulumi.interpolate`${folder}/${name}` });
  const named = { "uvlambda-dependencies": at("dependencies"), "uvlambda-code": at("code") };
  return { context: { ...at("project"), named }, dockerfile: at("Dockerfile") };
}

function dockerfileArgs({ target, buildArgs, secrets }: ImageSettings): Partial<ImageArgs> {
  return definedOnly({
    target,
    buildArgs: { SOURCE_DATE_EPOCH: sourceDateEpoch, ...buildArgs },
    secrets: secrets && Object.fromEntries(Object.entries(secrets).map(([id, value]) => [id, pulumi.secret(value)])),
    // A new password every hour is no reason to build.
    ignoreSecretsInDiffCalculation: secrets && Object.keys(secrets),
  });
}

/** A tag made from everything that decides the image, so that functions with equal images share one. */
function contentTag(
  { architecture }: PackageRequest,
  built: BuiltPackage | undefined,
  { buildArgs = {}, publisher }: ImageSettings,
): pulumi.Output<string> {
  if (built === undefined) return unknownOutput<string>();
  const { outputHash } = built.artifact;
  // Another builder makes another digest of the same content, and an immutable tag accepts only one.
  const builder = publisher === undefined ? [] : [publisher];
  return pulumi
    .output(buildArgs)
    .apply((args) => sha256Hex(JSON.stringify([outputHash, architecture, Object.entries(args).sort(), ...builder])));
}

function contextFolder(built: BuiltPackage | undefined): pulumi.Input<string> {
  if (built === undefined) return unknownOutput<string>();
  const { image } = built.files;
  if (image === undefined) throw new Error(`the artifact ${built.artifact.outputHash} has no image`);
  return image.path;
}

function rawOptions(
  options: pulumi.Input<pulumi.Input<string>[]> | undefined,
): pulumi.Output<{ raw: string }[]> | undefined {
  return options === undefined ? undefined : pulumi.output(options).apply((all) => all.map((raw) => ({ raw })));
}
