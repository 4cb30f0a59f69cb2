/** A program in both languages of the bench: the resources of a YAML program, and the text of one in TypeScript. */
export interface Made {
  readonly resources: object;
  readonly program: string;
}

const handler = "api.main.handler";
const runtime = "python3.11";
const architecture = "x86_64";
const plain = { handler, runtime, architectures: [architecture] };

/** Functions of one workspace, on one lock. */
export function ours(count: number): Made {
  const inputs = { project: "../workspace/apps/api", handler, runtime, architecture };
  const one = (name: string) => ({
    [name]: { type: "uvlambda:Function", properties: { ...inputs, description: name } },
  });
  return {
    resources: joined(names(count).map(one)),
    program: `import * as uvlambda from "@uvlambda/uvlambda";
for (const name of ${JSON.stringify(names(count))})
  new uvlambda.Function(name, { ...${JSON.stringify(inputs)}, description: name });
`,
  };
}

const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }],
});
const rights = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: "*" }],
});

const imports = `import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
`;
const archive = `code: new pulumi.asset.FileArchive("./ready.zip")`;

/** The minimum: plain functions with a ready archive, and one role for all. */
export function functionsOnly(count: number): Made {
  return {
    resources: joined([role("role"), ...names(count).map((name) => plainFunction(name, "role"))]),
    program: `${imports}
const role = new aws.iam.Role("role", { assumeRolePolicy: ${JSON.stringify(trust)} });
for (const name of ${JSON.stringify(names(count))})
  new aws.lambda.Function(name, { ...${JSON.stringify(plain)}, description: name, role: role.arn, ${archive} });
`,
  };
}

/** The resources that our component creates, written by hand: function, role, its policy and log group. */
export function byHand(count: number): Made {
  const parts = (name: string) => ({
    [`${name}-logs`]: { type: "aws:cloudwatch:LogGroup", properties: { retentionInDays: 30 } },
    ...role(`${name}-role`),
    [`${name}-policy`]: {
      type: "aws:iam:RolePolicy",
      properties: { role: `\${${name}-role.name}`, policy: rights },
    },
    ...plainFunction(name, `${name}-role`, {
      loggingConfig: { logFormat: "Text", logGroup: `\${${name}-logs.name}` },
    }),
  });
  return {
    resources: joined(names(count).map(parts)),
    program: `${imports}
for (const name of ${JSON.stringify(names(count))}) {
  const logs = new aws.cloudwatch.LogGroup(name + "-logs", { retentionInDays: 30 });
  const role = new aws.iam.Role(name + "-role", { assumeRolePolicy: ${JSON.stringify(trust)} });
  new aws.iam.RolePolicy(name + "-policy", { role: role.name, policy: ${JSON.stringify(rights)} });
  const loggingConfig = { logFormat: "Text", logGroup: logs.name };
  new aws.lambda.Function(name, { ...${JSON.stringify(plain)}, description: name, role: role.arn, ${archive}, loggingConfig });
}
`,
  };
}

function role(name: string): object {
  return { [name]: { type: "aws:iam:Role", properties: { assumeRolePolicy: trust } } };
}

function plainFunction(name: string, roleName: string, further: object = {}): object {
  const properties = {
    ...{ ...plain, description: name, role: `\${${roleName}.arn}` },
    code: { "fn::fileArchive": "./ready.zip" },
    ...further,
  };
  return { [name]: { type: "aws:lambda:Function", properties } };
}

function names(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `fn${i}`);
}

function joined(parts: readonly object[]): object {
  return Object.assign({}, ...parts) as object;
}
