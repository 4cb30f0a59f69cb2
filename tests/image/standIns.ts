import * as fs from "node:fs";
import * as path from "node:path";
import { runCommand } from "../support/commands.js";
import { writeFiles } from "../support/trees.js";
import { debianLayer } from "./parts.js";
import { crane } from "./registry.js";

/** Host names whose images the tests make themselves. */
export const publicHosts = ["public.ecr.aws", "ghcr.io", "docker.io"] as const;

export interface StandIns {
  /** Digest of `public.ecr.aws/lambda/python:3.11`: `sha256:…` */
  readonly lambdaDigest: string;
}

/** The same as the shell scripts of AWS's own image. */
const entrypoint = `#!/bin/sh
if [ $# -ne 1 ]; then
  echo "entrypoint requires the handler name to be the first argument" 1>&2
  exit 142
fi
export _HANDLER="$1"
exec /var/runtime/bootstrap
`;
const bootstrap = `#!/bin/sh
export AWS_EXECUTION_ENV=AWS_Lambda_python3.11
exec /var/lang/bin/python3.11 -s /var/runtime/bootstrap.py
`;

const variables = {
  LANG: "en_US.UTF-8",
  TZ: ":/etc/localtime",
  PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
  LD_LIBRARY_PATH: "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib",
  LAMBDA_TASK_ROOT: "/var/task",
  LAMBDA_RUNTIME_DIR: "/var/runtime",
};

/**
 * Pushes stand-ins for public images to the registry at `address`: AWS's base image for Python 3.11, made of Debian's
 * Python and the real awslambdaric (there is nothing else in it, no boto3), and uv's image, which holds `/uv`.
 */
export async function pushStandIns(address: string, folder: string, uv: string): Promise<StandIns> {
  const reference = `${address}/lambda/python:3.11`;
  const layers = ["-f", debianLayer(), "-f", await lambdaLayer(path.join(folder, "lambda"))];
  await crane("append", "--oci-empty-base", ...layers, "-t", reference);
  const settings = Object.entries(variables).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const start = ["--entrypoint", "/lambda-entrypoint.sh", "--workdir", "/var/task"];
  const platform = ["--set-platform", `linux/${process.arch === "arm64" ? "arm64" : "amd64"}`];
  await crane("mutate", reference, ...settings, ...start, ...platform, "-t", reference);
  fs.mkdirSync(path.join(folder, "uv"), { recursive: true });
  fs.copyFileSync(uv, path.join(folder, "uv", "uv"));
  const uvImage = `${address}/astral-sh/uv:latest`;
  await crane("append", "--oci-empty-base", "-f", await packLayer(path.join(folder, "uv"), "uv.tar"), "-t", uvImage);
  await crane("mutate", uvImage, ...platform, "-t", uvImage);
  return { lambdaDigest: await crane("digest", reference) };
}

async function lambdaLayer(folder: string): Promise<string> {
  const runtime = path.join(folder, "var", "runtime");
  fs.cpSync(path.join(process.env["UVLAMBDA_TEST_RIC"] ?? "", "3.11"), runtime, { recursive: true });
  fs.copyFileSync(path.join(__dirname, "..", "aws", "runner", "bootstrap.py"), path.join(runtime, "bootstrap.py"));
  writeFiles(folder, { "lambda-entrypoint.sh": entrypoint, "var/runtime/bootstrap": bootstrap });
  for (const script of ["lambda-entrypoint.sh", "var/runtime/bootstrap"])
    fs.chmodSync(path.join(folder, script), 0o755);
  for (const empty of ["var/lang/bin", "var/task", "opt"]) fs.mkdirSync(path.join(folder, empty), { recursive: true });
  for (const name of ["python3.11", "python3", "python"])
    fs.symlinkSync("/usr/bin/python3.11", path.join(folder, "var", "lang", "bin", name));
  return packLayer(folder, "lambda.tar.gz");
}

/** An archive of the content of `folder`, beside it. It does not depend on when and by whom it was made. */
export async function packLayer(folder: string, name: string): Promise<string> {
  const file = path.join(folder, "..", name);
  const same = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=u+rwX,go+rX,go-w"];
  const result = await runCommand(["tar", "-C", folder, ...same, "--auto-compress", "-cf", file, "."], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", GZIP: "-n", LC_ALL: "C" },
  });
  if (result.code !== 0) throw new Error(`tar: ${result.stderr}`);
  return file;
}
