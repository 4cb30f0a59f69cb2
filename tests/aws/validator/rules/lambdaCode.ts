import { type AwsClient, AwsError } from "../../client/client.js";
import { type ZipEntry, ZipError, readZip } from "../../archive/zip.js";
import { type Input, invalidParameter, object, type Rule, text } from "./rule.js";

const LARGEST_ZIPPED = 52_428_800;
const LARGEST_UNZIPPED = 262_144_000;
const FILE_TYPE = 0o170000;
const LINK = 0o120000;
const READABLE_BY_ALL = 0o444;
/** Media types of a single image. An index, as builders push for several platforms or attestations, is not one. */
const MANIFESTS = new Set([
  "application/vnd.docker.distribution.manifest.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
]);

/**
 * A function's archive, in the request or in S3, can be opened, is not empty, is not too large, and can be read by the
 * function's user.
 */
export const checkArchive: Rule = (input, { aws }) => checkArchiveOf(codeOf(input), aws);

/** A layer's archive; the same. */
export const checkLayerArchive: Rule = (input, { aws }) => checkArchiveOf(object(input, "Content") ?? {}, aws);

async function checkArchiveOf(code: Input, aws: AwsClient): Promise<void> {
  const encoded = text(code, "ZipFile");
  if (encoded !== undefined) {
    const archive = Buffer.from(encoded, "base64");
    if (archive.length > LARGEST_ZIPPED)
      throw invalidParameter(`Zipped size must be smaller than ${LARGEST_ZIPPED} bytes`);
    checkEntries(open(archive));
  }
  const [bucket, key] = [text(code, "S3Bucket"), text(code, "S3Key")];
  if (bucket !== undefined && key !== undefined) checkEntries(open(await s3Object(aws, bucket, key)));
}

async function s3Object(aws: AwsClient, bucket: string, key: string): Promise<Buffer> {
  try {
    return (await aws.restXml("GET", `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`)).body;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidParameter(
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}

/** An image in the request is in the account's own registry in the function's region, and was pushed before. */
export const checkImage: Rule = async (input, { aws, call }) => {
  const uri = text(codeOf(input), "ImageUri");
  if (uri === undefined) return;
  const parts =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      uri,
    );
  if (parts === null) throw invalidParameter(`Source image ${uri} is not valid. Provide a valid source image.`);
  const [, , region, repositoryName, imageTag, imageDigest] = parts;
  if (region !== call.region)
    throw invalidParameter(`Source image ${uri} is not in the function's Region ${call.region}.`);
  const image = imageDigest === undefined ? { imageTag: imageTag ?? "latest" } : { imageDigest };
  const found = await describeImage(aws, repositoryName, image);
  if (found === undefined) throw invalidParameter(`Source image ${uri} does not exist. Provide a valid source image.`);
  if (!MANIFESTS.has(found.imageManifestMediaType ?? "")) {
    const message = `The image manifest, config or layer media type for the source image ${uri} is not supported.`;
    throw invalidParameter(message);
  }
};

async function describeImage(
  aws: AwsClient,
  repositoryName: string | undefined,
  image: Input,
): Promise<{ readonly imageManifestMediaType?: string } | undefined> {
  const body = { repositoryName, imageIds: [image] };
  try {
    const answer = await aws.json("ecr", "AmazonEC2ContainerRegistry_V20150921.DescribeImages", body);
    return (answer["imageDetails"] as object[])[0];
  } catch (error) {
    if (error instanceof AwsError && error.status < 500) return undefined;
    throw error;
  }
}

/** CreateFunction nests what UpdateFunctionCode has at the top. */
function codeOf(input: Input): Input {
  return object(input, "Code") ?? input;
}

function open(archive: Buffer): ZipEntry[] {
  try {
    return readZip(archive);
  } catch (error) {
    if (error instanceof ZipError)
      throw invalidParameter(
        `Could not unzip uploaded file. Please check your file, then try to upload again. (${error.message})`,
      );
    throw error;
  }
}

function checkEntries(entries: readonly ZipEntry[]): void {
  if (entries.length === 0) throw invalidParameter("Uploaded file must be a non-empty zip");
  if (entries.reduce((sum, entry) => sum + entry.size, 0) > LARGEST_UNZIPPED) {
    throw invalidParameter(`Unzipped size must be smaller than ${LARGEST_UNZIPPED} bytes`);
  }
  const names = new Set<string>();
  for (const { name, mode } of entries) {
    if (names.has(name)) throw invalidParameter(`The archive holds ${name} twice.`);
    names.add(name);
    if (mode === undefined || (mode & FILE_TYPE) === LINK) continue;
    // AWS accepts such an archive, and the function fails when it reads the file. Nobody wants that, so it is refused.
    if ((mode & READABLE_BY_ALL) !== READABLE_BY_ALL) {
      throw invalidParameter(`${name} has mode ${(mode & 0o7777).toString(8)}: the function's user could not read it.`);
    }
  }
}
