import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../../support/machine.js";
import { outputNames, type Functions, type ProgramLanguage } from "./language.js";

const sdkFolder = path.join(checkout, "sdk", "python");

export const python: ProgramLanguage = {
  runtime: { name: "python", options: { toolchain: "pip", virtualenv: "venv" } },
  whyNot: () =>
    environment() === undefined ? "a virtual environment for programs (run tools/setup programs)" : undefined,
  files: (functions) => ({ "__main__.py": program(functions) }),
  link: linkPackages,
};

function environment(): string | undefined {
  return process.env["UVLAMBDA_TEST_PROGRAM_VENV"] || undefined;
}

/** Only the names of a function's own inputs are translated, not those inside of an input. */
function program(functions: Functions): string {
  const lines = Object.entries(functions).map(([name, { absolute, project, ...inputs }]) => {
    const text = JSON.stringify(project);
    const value = absolute === true ? `os.path.abspath(${text})` : text;
    const rest = Object.fromEntries(Object.entries(inputs).map(([key, input]) => [snakeCase(key), input]));
    const given = JSON.stringify(JSON.stringify(rest));
    return `export("${name}", uvlambda.Function("${name}", project=${value}, **json.loads(${given})))`;
  });
  const outputs = outputNames.map((name) => `        "${name}": fn.${snakeCase(name)},`);
  return `import json
import os

import pulumi
import pulumi_uvlambda as uvlambda


def export(name, fn):
    pulumi.export(name, {
${outputs.join("\n")}
    })


${lines.join("\n")}
`;
}

function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z\d])(?=[A-Z])/g, "_").toLowerCase();
}

/** The SDK is copied, because Python writes its bytecode beside it. Its version is read from its metadata. */
function linkPackages(folder: string, project: string): void {
  const described = fs.readFileSync(path.join(sdkFolder, "pyproject.toml"), "utf8");
  const version = /^\s*version = "(.+)"$/m.exec(described)?.[1] ?? "";
  const metadata = path.join(folder, `pulumi_uvlambda-${version}.dist-info`);
  fs.mkdirSync(metadata);
  fs.writeFileSync(
    path.join(metadata, "METADATA"),
    `Metadata-Version: 2.1\nName: pulumi_uvlambda\nVersion: ${version}\n`,
  );
  fs.cpSync(path.join(sdkFolder, "pulumi_uvlambda"), path.join(folder, "pulumi_uvlambda"), { recursive: true });
  fs.symlinkSync(environment()!, path.join(project, "venv"));
}
