import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../../support/machine.js";
import { json, outputNames, type Functions, type ProgramLanguage } from "./language.js";

const sdkFolder = path.join(checkout, "sdk", "nodejs");

export const typescript: ProgramLanguage = {
  runtime: { name: "nodejs", options: { typescript: true } },
  env: () => ({ PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
  files: (functions) => ({
    "package.json": json({ name: "infra", private: true }),
    "index.ts": program(functions),
  }),
  link: (folder) => linkModules(path.join(folder, "node_modules")),
};

function program(functions: Functions): string {
  const lines = Object.entries(functions).map(([name, { absolute, project, ...inputs }]) => {
    const text = JSON.stringify(project);
    const value = absolute === true ? `path.resolve(__dirname, ${text})` : text;
    const rest = JSON.stringify(inputs);
    return `export const ${name} = outputs(new uvlambda.Function("${name}", { project: ${value}, ...${rest} }));`;
  });
  return `import * as path from "node:path";
import * as uvlambda from "@uvlambda/uvlambda";

function outputs(fn: uvlambda.Function) {
  return { ${outputNames.map((name) => `${name}: fn.${name}`).join(", ")} };
}

void path;
${lines.join("\n")}
`;
}

/** One copy of @pulumi/pulumi for program, SDK and plugin: two copies cannot exchange resources. */
function linkModules(folder: string): void {
  const installed = (name: string): string => path.join(checkout, "node_modules", name);
  const links = {
    "@pulumi/pulumi": installed("@pulumi/pulumi"),
    "@pulumi/aws": installed("@pulumi/aws"),
    "@uvlambda/uvlambda": sdkFolder,
  };
  for (const [name, target] of Object.entries(links)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.symlinkSync(target, path.join(folder, name));
  }
}
