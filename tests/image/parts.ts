import * as fs from "node:fs";
import * as path from "node:path";
import { whyNoHttpsProxy } from "../support/httpsProxy.js";

/** The programs that `tools/setup image` builds. */
const tools = ["buildkitd", "crane", "pulumi-resource-docker-build"] as const;

/** Path of a program of `tools/setup image`. */
export function imageTool(name: (typeof tools)[number]): string {
  return path.join(process.env["UVLAMBDA_TEST_IMAGE_TOOLS"] ?? "", name);
}

/** The layer of `tools/setup base-image`: Debian with Python 3.11. */
export function debianLayer(): string {
  return process.env["UVLAMBDA_TEST_BASE_IMAGE"] ?? "";
}

/** Why images can be neither built nor run here. Undefined when they can. */
export function whyNoImages(): string | undefined {
  if (process.platform !== "linux") return "BuildKit needs Linux";
  // Without root, its daemon needs rootlesskit and an entry in /etc/subuid.
  if (process.getuid?.() !== 0) return "BuildKit's daemon and running images need root";
  if (!tools.every((name) => fs.existsSync(imageTool(name))))
    return "needs the part image of `tools/setup` (UVLAMBDA_TEST_IMAGE_TOOLS): Go, and modules that your proxy serves";
  if (!fs.existsSync(debianLayer())) return "needs the part base-image of `tools/setup` (UVLAMBDA_TEST_BASE_IMAGE)";
  if (process.env["UVLAMBDA_TEST_RUNC"] === undefined)
    return "needs the part runc of `tools/setup` (UVLAMBDA_TEST_RUNC)";
  return whyNoHttpsProxy();
}
