import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkout, findTool } from "../../support/machine.js";
import { outputNames, type Functions, type ProgramLanguage } from "./language.js";

const sdkFolder = path.join(checkout, "sdk", "go", "uvlambda");
const example = path.join(checkout, "examples", "go", "infra");

export const go: ProgramLanguage = {
  runtime: "go",
  whyNot: () => (findTool("go", "UVLAMBDA_TEST_GO") === undefined ? "Go" : undefined),
  env: caches,
  files: (functions) => ({
    "main.go": program(functions),
    "go.mod": fs.readFileSync(path.join(example, "go.mod"), "utf8"),
    "go.sum": fs.readFileSync(path.join(example, "go.sum"), "utf8"),
  }),
  link: (folder) => {
    const file = path.join(folder, "go.mod");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replaceAll("../../../sdk/go/uvlambda", sdkFolder));
  },
};

/** The machine's own cache, which has the compiled SDK from the second run on. Each run has another HOME. */
function caches(): Record<string, string> {
  const names = ["GOCACHE", "GOMODCACHE"] as const;
  const values = execFileSync("go", ["env", ...names], { encoding: "utf8" })
    .trim()
    .split("\n");
  return Object.fromEntries(names.map((name, index) => [name, values[index]!]));
}

interface Property {
  readonly type?: string;
  readonly plain?: boolean;
}

/** The Go expression for an input, by its type in schema.json. */
function expression(input: string, value: unknown): string {
  const { type = "", plain = false } = inputProperties()[input] ?? {};
  const text = JSON.stringify(value);
  const wrapped: Readonly<Record<string, string>> = plain
    ? { string: `pulumi.StringRef(${text})`, boolean: `pulumi.BoolRef(${text})` }
    : { string: `pulumi.String(${text})`, boolean: `pulumi.Bool(${text})`, integer: `pulumi.Int(${text})` };
  const found = wrapped[type];
  if (found === undefined)
    throw new Error(`the tests cannot write ${input} in Go: it is not a string, boolean or integer`);
  return found;
}

function inputProperties(): Readonly<Record<string, Property>> {
  const schema = JSON.parse(fs.readFileSync(path.join(checkout, "schema.json"), "utf8")) as {
    resources: Record<string, { inputProperties: Record<string, Property> }>;
  };
  return schema.resources["uvlambda:index:Function"]!.inputProperties;
}

function capitalised(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

function program(functions: Functions): string {
  const lines = Object.entries(functions).map(([name, { absolute, project, ...inputs }]) => {
    if (absolute === true) throw new Error("the tests write no absolute paths in Go");
    const fields = [
      `Project: ${JSON.stringify(project)}`,
      ...Object.entries(inputs).map(([key, value]) => `${capitalised(key)}: ${expression(key, value)}`),
    ];
    return `		if err := deploy(ctx, "${name}", &uvlambda.FunctionArgs{${fields.join(", ")}}); err != nil {
			return err
		}`;
  });
  return `package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/uvlambda/pulumi-uvlambda/sdk/go/uvlambda"
)

func deploy(ctx *pulumi.Context, name string, args *uvlambda.FunctionArgs) error {
	fn, err := uvlambda.NewFunction(ctx, name, args)
	if err != nil {
		return err
	}
	ctx.Export(name, pulumi.Map{
${outputNames.map((name) => `		"${name}": fn.${capitalised(name)},`).join("\n")}
	})
	return nil
}

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
${lines.join("\n")}
		return nil
	})
}
`;
}
