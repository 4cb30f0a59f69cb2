import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { checkout } from "../support/machine.js";
import { endpointNames, endpointOf, servicesBeside } from "./endpoints.js";
import { functions, resources } from "./plugin/registry.js";

const bridged = fs.readFileSync(path.join(checkout, "tests", "aws", "bridge", "types.go"), "utf8");
const servedByBridge = [...bridged.matchAll(/(?:token: *|": *)"(\w+\/\w+:\w+)"/g)].map(
  ([, token = ""]) => `aws:${token}`,
);

/** `aws.lambda.Permission`, `aws:lambda:Permission`, `aws.lambda_.Permission` of the pages and example programs. */
function typesOfPrograms(): string[] {
  const folders = ["docs/recipes", "examples"].map((name) => path.join(checkout, name));
  const names = folders.flatMap((folder) =>
    fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => path.join(folder, name)),
  );
  const programs = names.filter((name) => /\.(md|ts|py|go|java|cs|yaml)$/.test(name) && !/node_modules/.test(name));
  const found = programs.flatMap((name) => [
    ...fs.readFileSync(name, "utf8").matchAll(/\baws[.:]([a-z]\w*?)_?[.:]([A-Z]\w+)/g),
  ]);
  const types = found.map(
    ([, module = "", type = ""]) => `${module}/${type[0]!.toLowerCase()}${type.slice(1)}:${type}`,
  );
  return [...new Set(types)].map((type) => `aws:${type}`);
}

describe("the endpoints of the local AWS", () => {
  it("are names that the aws provider knows", () => {
    const types = path.join(checkout, "node_modules", "@pulumi", "aws", "types", "input.d.ts");
    const text = /interface ProviderEndpoint \{[^]*?\n\}/.exec(fs.readFileSync(types, "utf8"))?.[0] ?? "";
    for (const name of endpointNames) assert.match(text, new RegExp(`\\n\\s+${name}\\?:`), name);
  });

  it("are there for every type that the product, the examples, the recipes and the bridge use", () => {
    const standIn = [...resources, ...functions].map(({ token }) => token);
    const programs = typesOfPrograms();
    assert.ok(servedByBridge.length >= standIn.length && programs.length > 10, "types were read");
    for (const known of ["aws:codedeploy/deploymentGroup:DeploymentGroup", "aws:sqs/queue:Queue"])
      assert.ok(programs.includes(known), known);
    const names: ReadonlySet<string> = new Set(endpointNames);
    const missing = [...standIn, ...servedByBridge, ...programs].filter((token) => {
      const needed = endpointOf(token);
      return needed !== undefined && !names.has(needed);
    });
    assert.deepEqual(missing, []);
  });

  it("miss none of the services that were called", () => {
    const calls = ["lambda", "monitoring", "apigateway", "secretsmanager", "lambda"].map((service) => ({ service }));
    assert.deepEqual(servicesBeside(calls), ["secretsmanager"]);
  });
});
