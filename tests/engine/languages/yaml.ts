import { json, outputNames, type Functions, type ProgramLanguage } from "./language.js";

export const yaml: ProgramLanguage = {
  runtime: "yaml",
  projectFields: program,
  files: (functions) => ({ "Main.yaml": json(program(functions)) }),
};

function program(functions: Functions): object {
  const resources = Object.entries(functions).map(([name, { absolute, ...inputs }]) => {
    const project = absolute === true ? `\${pulumi.cwd}/${inputs.project}` : inputs.project;
    return [name, { type: "uvlambda:Function", properties: { ...inputs, project } }];
  });
  const outputs = Object.keys(functions).map((name) => [
    name,
    Object.fromEntries(outputNames.map((output) => [output, `\${${name}.${output}}`])),
  ]);
  return { resources: Object.fromEntries(resources) as object, outputs: Object.fromEntries(outputs) as object };
}
