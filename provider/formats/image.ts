import * as fs from "node:fs/promises";
import * as path from "node:path";
import { keyOf } from "../store/key.js";
import { treeDigest } from "../tree/digest.js";
import { bytesEntry } from "../tree/fileFacts.js";
import { sortTree } from "../tree/merge.js";
import { scanFolder } from "../tree/scan.js";
import type { TreeEntry } from "../tree/tree.js";
import type { Pack } from "../archive/pack.js";
import { unpackPacks, type LinkPacked } from "../archive/packUnpacker.js";
import { codeRoot, type Contents, type Format, type FormatTarget } from "./format.js";

/**
 * A folder to build an image from, for the target's platform. It holds only installed files, so the build runs
 * nothing and needs no network and no uv. Files that change rarely come first: an edit of the code rebuilds only the
 * last layer.
 */
export const image: Format = {
  name: "image",
  isLayered: false,
  takesLayers: false,
  buildsImage: true,
  packForm: "stored",
  dependencyRoot: codeRoot,
  // What AWS calls 10 GB. The base image takes part of it.
  maxUnzippedSize: 10 * 1024 ** 3,
  async write({ dependencies, code, project }: Contents, folder: string, target: FormatTarget, entry) {
    const context = path.join(folder, "context");
    await fs.mkdir(context);
    await fs.chmod(context, 0o755);
    const link: LinkPacked = async ({ data, sha256, size }, file) =>
      (await entry?.link(data, path.relative(folder, file), { sha256, size })) ?? false;
    const unpack = async (name: string, packs: readonly Pack[]) => {
      const entries = await unpackPacks(
        packs.map((pack) => ({ pack })),
        path.join(context, name),
        link,
      );
      return entries.map((entry) => ({ ...entry, path: `${name}/${entry.path}` }));
    };
    const dockerfile = bytesEntry("Dockerfile", Buffer.from(target.dockerfile ?? usualDockerfile(target)));
    const tree = sortTree<TreeEntry>([
      ...(await unpack("dependencies", [dependencies])),
      ...(await unpack("code", code)),
      ...(project === undefined ? [] : await unpack("project", [project])),
      dockerfile,
    ]);
    await fs.writeFile(path.join(context, dockerfile.path), dockerfile.source.bytes);
    await fs.chmod(path.join(context, dockerfile.path), 0o644);
    for (const file of tree) entry?.onHashed(`context/${file.path}`, file);
    const unzippedSize = tree.reduce((sum, entry) => sum + entry.size, 0);
    const sizes = { size: unzippedSize, unzippedSize, files: tree.length };
    return [{ kind: "image", name: "context", sha256: treeDigest(tree), ...sizes }];
  },
  outputHash(_tree, files, { target, buildArgs }) {
    const [context] = files;
    return keyOf("image", {
      context: context?.sha256,
      target,
      buildArgs: buildArgs && Object.entries(buildArgs).sort(),
    });
  },
  async mismatch(folder, [context]) {
    const found = treeDigest(await scanFolder(path.join(folder, context?.name ?? "")));
    return found === context?.sha256 ? undefined : "the folder of the image does not match its hash";
  },
  async readModule(folder: string, file: string) {
    const read = (part: string) => fs.readFile(path.join(folder, "context", part, file)).catch(() => undefined);
    return (await read("code")) ?? read("dependencies");
  },
};

/** Without the handler, which is part of the function's configuration, so that functions can share an image. */
function usualDockerfile({ baseImage }: FormatTarget): string {
  return [`FROM ${baseImage}`, `COPY dependencies/ ${codeRoot}/`, `COPY code/ ${codeRoot}/`, ""].join("\n");
}
