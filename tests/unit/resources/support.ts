import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Artifact, PackageRequest } from "../../../provider/packaging/request.js";
import type { PackageOptions } from "../../../provider/packaging/packager.js";
import { BuiltLayers } from "../../../provider/resources/layer/builtLayers.js";
import type { Construct } from "../../../provider/resources/engine/construct.js";
import { constructFunction } from "../../../provider/resources/function/constructFunction.js";
import { NameClaims } from "../../../provider/resources/function/nameClaims.js";
import type { PackageSchema } from "../../../provider/inputs/schema/packageSchema.js";
import { Unbuildable } from "../../../provider/resources/code/image/unbuildable.js";
import type { ProviderServices } from "../../../provider/resources/engine/services.js";

export const schemaText = fs.readFileSync(path.join(__dirname, "../../../schema.json"), "utf8");
export const schema = JSON.parse(schemaText) as PackageSchema;

export interface Child {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** The provider that the program chose; undefined: the default one. */
  readonly provider?: string;
}

/** The folder of a program with a project beside it; removed by `remove`. */
export class Workspace {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "uvlambda-resources-")));
  readonly program = path.join(this.root, "infra");
  readonly project = path.join(this.root, "app");

  constructor() {
    fs.mkdirSync(this.program);
    fs.mkdirSync(this.project);
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true });
  }
}

/** As the server does before it answers: the component's outputs do not depend on all that it creates. */
export function registrationsEnd(): Promise<void> {
  return (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
}

export type FakePackage = (request: PackageRequest, options: PackageOptions) => Promise<Artifact>;

const codeBytes = "the function's archive";
export const codeSha256 = createHash("sha256").update(codeBytes).digest("hex");

export const artifact: Artifact = {
  outputHash: "hash-of-the-tree",
  folder: "/store/entry",
  files: [{ kind: "code", name: "code.zip", sha256: codeSha256, size: 22, unzippedSize: 50, files: 2 }],
  packages: { boto3: "1.40.0" },
  provided: {},
  unzippedSize: 50,
  localPackages: {},
  conflicts: [],
  partial: [],
  usedPatterns: [],
  namedFiles: [],
  leftOutImports: [],
  secrets: [],
  misfits: [],
  cacheHit: false,
};

export function fakeTools(workspace: Workspace, build: FakePackage = async () => artifact): ProviderServices {
  return {
    schema,
    packager: { package: build, cancel: () => {} },
    workFolder: {
      place: async (_file, sha256) => `.uvlambda/${sha256}.zip`,
      placeFolder: async (_folder, digest) => `.uvlambda/${digest}`,
    },
    programFolder: workspace.program,
    today: "2026-11-21",
    names: new NameClaims(),
    builderProblem: async () => undefined,
    unbuildable: new Unbuildable(),
    beforeCreation: () => undefined,
    directUploadLimit: 52_000_000,
    layers: new BuiltLayers(),
    buildEnvironmentProblems: (variables) =>
      Object.keys(variables)
        .filter((key) => !key.startsWith("UV_INDEX_"))
        .map((key) => ({ key, message: "cannot be set for uv" })),
  };
}

export interface Deployment {
  /** What was registered, in order, without the stack. */
  readonly children: readonly Child[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly child: (type: string, name: string) => Child;
}

interface DeployOptions {
  readonly name?: string;
  readonly preview?: boolean;
  readonly opts?: pulumi.ComponentResourceOptions;
  readonly answers?: Answers;
  readonly construct?: Construct;
  /** Resources that `opts` names, registered once the engine is replaced. */
  readonly prepare?: () => pulumi.ComponentResourceOptions;
}

/** Constructs a function, or what `construct` makes, against mocks of the engine; AWS fills in ARNs and names. */
export async function deploy(
  services: ProviderServices,
  inputs: pulumi.Inputs,
  {
    name = "api",
    preview = false,
    opts = {},
    answers = {},
    construct = constructFunction,
    prepare = () => ({}),
  }: DeployOptions = {},
): Promise<Deployment> {
  const children = await mockEngine(preview, answers);
  const { state } = await construct(services, name, inputs, { ...opts, ...prepare() });
  const outputs = (await promiseOf(pulumi.output(state))) as Record<string, unknown>;
  await registrationsEnd();
  return {
    children,
    outputs,
    child: (type, childName) => {
      const found = children.find((c) => c.type === type && c.name === childName);
      if (found === undefined)
        throw new Error(`no ${type} ${childName} among ${children.map((c) => c.name).join(", ")}`);
      return found;
    },
  };
}

/** A provider that a program made itself; after `mockEngine`. */
export class AwsProvider extends pulumi.ProviderResource {
  constructor(name: string) {
    super("aws", name);
  }
}

/** By type: outputs that a provider gives instead of the usual ones; by token: what it answers to a call. */
export type Answers = Readonly<Record<string, object>>;

/** Replaces the engine; the list fills with what is registered. */
export async function mockEngine(preview = false, answers: Answers = {}): Promise<Child[]> {
  const children: Child[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider }) => {
        const chosen = provider === undefined || provider === "" ? {} : { provider };
        children.push({ type, name, inputs: inputs as Record<string, unknown>, ...chosen });
        return {
          id: `${name}-id`,
          state: {
            ...(inputs as object),
            ...computed(type, name, inputs as Record<string, unknown>),
            ...answers[type],
          },
        };
      },
      call: ({ token, inputs, provider }) => {
        if (answers[token] !== undefined) return answers[token];
        if (token.endsWith("getAuthorizationToken"))
          return {
            userName: "AWS",
            password: `token-of-${String((inputs as { registryId?: string }).registryId)}${provider ? ` by ${provider}` : ""}`,
          };
        if (token.endsWith("getParameter")) return publicParameter(String((inputs as { name?: string }).name));
        if (token.endsWith("getPartition")) return { partition: "aws-us-gov" };
        if (token.endsWith("getRegion")) return { region: "us-gov-west-1" };
        return { accountId: "123456789012" };
      },
    },
    "project",
    "stack",
    preview,
  );
  return children;
}

/** AWS's own parameters that tests ask for. */
function publicParameter(name: string): object {
  const [, architecture, runtime, version] =
    /^\/aws\/service\/powertools\/python\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(name) ?? [];
  if (version === undefined || version === "9.9.9")
    throw Object.assign(new Error(), { details: `1 error occurred:\n\t* reading ${name}: ParameterNotFound\n` });
  return { insecureValue: `arn:powertools:${architecture}:${runtime}:${version}`, value: "" };
}

function computed(type: string, name: string, inputs: Record<string, unknown>): object {
  const own = (inputs["name"] as string | undefined) ?? `${name}-abc1234`;
  switch (type) {
    case "aws:lambda/function:Function":
      return {
        name: own,
        arn: `arn:fn:${own}`,
        invokeArn: `arn:invoke:${own}`,
        qualifiedArn: `arn:fn:${own}:$LATEST`,
        version: inputs["publish"] === true ? "7" : "$LATEST",
      };
    case "aws:lambda/alias:Alias":
      return { arn: `arn:alias:${own}`, invokeArn: `arn:invoke:alias:${own}` };
    case "aws:lambda/layerVersion:LayerVersion":
      return { arn: `arn:layer:${String(inputs["layerName"])}:3`, version: "3" };
    case "aws:ecr/repository:Repository":
      return { name: own, repositoryUrl: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${own}` };
    case "docker-build:index:Image":
      return { digest: `sha256:${"d".repeat(64)}` };
    case "aws:lambda/functionUrl:FunctionUrl":
      return { functionUrl: "https://abc.lambda-url.eu-west-1.on.aws/" };
    case "aws:sqs/queue:Queue":
      return { name: own, arn: `arn:aws:sqs:eu-west-1:123456789012:${own}`, url: `https://sqs/${own}` };
    case "aws:iam/role:Role":
      return { name: own, arn: `arn:aws:iam::123456789012:role/${own}` };
    case "aws:s3/bucket:Bucket":
      return { bucket: `${String(inputs["bucketPrefix"])}1` };
    case "aws:cloudwatch/logGroup:LogGroup": {
      const prefix = inputs["namePrefix"] as string | undefined;
      return prefix === undefined ? { arn: `arn:logs:${own}` } : { name: `${prefix}1`, arn: `arn:logs:${prefix}` };
    }
    default:
      return {};
  }
}

export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}
