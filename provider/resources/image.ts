import { Image, type ImageArgs } from "@pulumi/docker-build/image.js";
import * as pulumi from "@pulumi/pulumi";
import { sha256Hex } from "../lib/hash.js";
import type { Architecture, PackageRequest } from "../packaging/request.js";
import { unknownOutput } from "./build.js";
import type { FunctionCode } from "./code.js";
import { imageRepository, registryLogins } from "./imageRepository.js";
import type { MadePackage } from "./madePackage.js";
import { present } from "./present.js";
import type { Scope } from "./scope.js";

const platforms = { arm64: "linux/arm64", x86_64: "linux/amd64" } as const satisfies Record<Architecture, string>;

/** Times in the image are this one, and layers are written again with it: equal content, equal digest. */
const sourceDateEpoch = "0";
const reproducibleExport = "type=image,push=true,rewrite-timestamp=true,oci-mediatypes=true";

/** The image, pushed, and its repository. The handler is configuration of the function: functions can share an image. */
export function imageCode(scope: Scope, request: PackageRequest, made: MadePackage | undefined): FunctionCode {
  const { entryPoint, workingDirectory } = scope.inputs.image ?? {};
  const repositoryUrl = imageRepository(scope);
  const imageUri = pushedImage(scope, request, made, repositoryUrl);
  const commands = [request.handler.replaceAll("/", ".")];
  return {
    args: {
      packageType: "Image",
      imageUri,
      imageConfig: present({ commands, entryPoints: entryPoint, workingDirectory }),
    },
    layers: [],
    outputs: { imageUri, repositoryUrl },
  };
}

/** Builds and pushes; gives `<repository>@<digest>`. */
function pushedImage(
  { component, names, inputs }: Scope,
  request: PackageRequest,
  made: MadePackage | undefined,
  repositoryUrl: pulumi.Output<string>,
): pulumi.Output<string> {
  const { builder, cacheFrom, cacheTo } = inputs.image ?? {};
  const args: ImageArgs = present({
    tags: [pulumi.interpolate`${repositoryUrl}:${contentTag(request, made)}`],
    context: { location: contextFolder(made) },
    platforms: [platforms[request.architecture]],
    buildArgs: { SOURCE_DATE_EPOCH: sourceDateEpoch },
    exports: [{ raw: reproducibleExport }],
    push: false, // the export does
    builder: builder === undefined ? undefined : { name: builder },
    cacheFrom: rawOptions(cacheFrom),
    cacheTo: rawOptions(cacheTo),
    registries: registryLogins(component, repositoryUrl),
    buildOnPreview: false,
  });
  // Versions of the function that are still in use may run an image that this program does not build any more.
  const image = new Image(names.image, args, { parent: component, protect: false, retainOnDelete: true });
  return pulumi.all([repositoryUrl, image.digest]).apply(([url, digest]) =>
    // The preview of an update says "" where it means that it does not know.
    digest === "" ? unknownOutput<string>() : pulumi.output(`${url}@${digest}`),
  );
}

/** One for everything that decides the image, so that functions with the same one share it. */
function contentTag({ architecture }: PackageRequest, made: MadePackage | undefined): pulumi.Input<string> {
  if (made === undefined) return unknownOutput<string>();
  return sha256Hex(JSON.stringify([made.artifact.outputHash, architecture]));
}

function contextFolder(made: MadePackage | undefined): pulumi.Input<string> {
  if (made === undefined) return unknownOutput<string>();
  const { image } = made.files;
  if (image === undefined) throw new Error(`the artifact ${made.artifact.outputHash} has no image`);
  return image.path;
}

function rawOptions(
  options: pulumi.Input<pulumi.Input<string>[]> | undefined,
): pulumi.Output<{ raw: string }[]> | undefined {
  return options === undefined ? undefined : pulumi.output(options).apply((all) => all.map((raw) => ({ raw })));
}
