/**
 * Builds what a JSON file lists, in a separate process with a given environment, and prints the results. Arguments: the
 * JSON file, and the id of the user to become.
 */
import * as fs from "node:fs";
import { UvLambdaError } from "../../../provider/lib/errors.js";
import { silent } from "../../../provider/lib/log.js";
import { readMachineSettings } from "../../../provider/lib/machine.js";
import { createPackager } from "../../../provider/packaging/createPackager.js";
import type { PackageRequest } from "../../../provider/packaging/request.js";

export interface Order {
  readonly name: string;
  readonly request: PackageRequest;
}

/** By the order's name: hash and archives, or the code of the error. */
export type Outcome = Readonly<
  Record<string, { hash: string; archives: string[] } | { error: string; message: string }>
>;

async function main(listFile: string, user: string | undefined): Promise<void> {
  const orders = JSON.parse(fs.readFileSync(listFile, "utf8")) as Order[];
  if (user !== undefined) {
    process.setgroups?.([]);
    process.setgid?.(Number(user));
    process.setuid?.(Number(user));
  }
  const packager = createPackager(readMachineSettings(process.env));
  const outcome: Record<string, Outcome[string]> = {};
  for (const { name, request } of orders) {
    try {
      const { outputHash, files } = await packager.package(request, { reporter: silent });
      outcome[name] = { hash: outputHash, archives: files.map(({ sha256 }) => sha256) };
    } catch (error) {
      if (!(error instanceof UvLambdaError)) throw error;
      outcome[name] = { error: error.code, message: error.message };
    }
  }
  packager.cancel();
  process.stdout.write(JSON.stringify(outcome));
}

void main(process.argv[2]!, process.argv[3]);
