import * as fs from "node:fs";
import * as path from "node:path";
import { checkout, pluginFolder } from "../support/machine.js";

export type Language = "typescript" | "yaml";

export const languages: readonly Language[] = ["typescript", "yaml"];

/** Inputs of one `uvlambda.Function`; `absolute` makes the program pass `project` as an absolute path. */
export interface FunctionInputs {
  readonly project: string;
  readonly absolute?: boolean;
  readonly [input: string]: unknown;
}

export interface Program {
  readonly language: Language;
  /** Logical name to inputs. */
  readonly functions: Readonly<Record<string, FunctionInputs>>;
  /** Sub-folder of the Pulumi project that holds the program (Pulumi's `main`); the project's own when absent. */
  readonly main?: string;
}

export const outputNames = [
  "functionArn",
  "functionName",
  "invokeArn",
  "roleArn",
  "roleId",
  "roleName",
  "logGroupArn",
  "logGroupName",
  "outputHash",
  "codeSha256",
  "packageSize",
  "unzippedSize",
] as const;

export type FunctionOutputs = Record<(typeof outputNames)[number], string | number>;

/** Writes the Pulumi project into `folder`. Each function's outputs are a stack output named like the function. */
export function writeProgram(folder: string, program: Program): void {
  const programFolder = path.join(folder, program.main ?? "");
  fs.mkdirSync(programFolder, { recursive: true });
  const plugins = { providers: [{ name: "uvlambda", path: pluginFolder }] };
  const main = program.main === undefined ? {} : { main: program.main };
  if (program.language === "yaml") {
    const body = yamlBody(program);
    if (program.main === undefined) return writeJson(folder, "Pulumi.yaml", { ...yamlProject, plugins, ...body });
    writeJson(folder, "Pulumi.yaml", { ...yamlProject, plugins, ...main });
    return writeJson(programFolder, "Main.yaml", body);
  }
  writeJson(folder, "Pulumi.yaml", { ...typescriptProject, plugins, ...main });
  writeJson(programFolder, "package.json", { name: "infra", private: true });
  fs.writeFileSync(path.join(programFolder, "index.ts"), typescriptBody(program));
  linkModules(path.join(programFolder, "node_modules"));
}

const yamlProject = { name: "engine-tests", runtime: "yaml" };
const typescriptProject = { name: "engine-tests", runtime: { name: "nodejs", options: { typescript: true } } };

/** JSON is YAML, which spares the tests a writer. */
function writeJson(folder: string, name: string, content: object): void {
  fs.writeFileSync(path.join(folder, name), `${JSON.stringify(content, undefined, 2)}\n`);
}

function yamlBody(program: Program): object {
  const resources = Object.entries(program.functions).map(([name, { absolute, ...inputs }]) => {
    const project = absolute === true ? `\${pulumi.cwd}/${inputs.project}` : inputs.project;
    return [name, { type: "uvlambda:Function", properties: { ...inputs, project } }];
  });
  const outputs = Object.keys(program.functions).map((name) => [
    name,
    Object.fromEntries(outputNames.map((output) => [output, `\${${name}.${output}}`])),
  ]);
  return { resources: Object.fromEntries(resources) as object, outputs: Object.fromEntries(outputs) as object };
}

function typescriptBody(program: Program): string {
  const functions = Object.entries(program.functions).map(([name, { absolute, project, ...inputs }]) => {
    const text = JSON.stringify(project);
    const value = absolute === true ? `path.resolve(__dirname, ${text})` : text;
    const rest = JSON.stringify(inputs);
    return `export const ${name} = outputs(new uvlambda.Function("${name}", { project: ${value}, ...${rest} }));`;
  });
  return `import * as path from "node:path";
import * as uvlambda from "${sdk.name}";

function outputs(fn: uvlambda.Function) {
  return { ${outputNames.map((name) => `${name}: fn.${name}`).join(", ")} };
}

void path;
${functions.join("\n")}
`;
}

const sdkFolder = path.join(checkout, "sdk", "nodejs");
const sdk = JSON.parse(fs.readFileSync(path.join(sdkFolder, "package.json"), "utf8")) as { name: string };

/** One copy of @pulumi/pulumi for program, SDK and plugin: two copies cannot exchange resources. */
export function linkModules(folder: string): void {
  const links = { "@pulumi/pulumi": path.join(checkout, "node_modules", "@pulumi", "pulumi"), [sdk.name]: sdkFolder };
  for (const [name, target] of Object.entries(links)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.symlinkSync(target, path.join(folder, name));
  }
}
