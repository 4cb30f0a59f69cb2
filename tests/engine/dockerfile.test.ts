import * as assert from "node:assert/strict";
import type { ImageBench } from "../image/bench.js";
import { mustSucceed, skipAfterFailure, type Workspace } from "./harness.js";
import { ecr, imagesIn, pushGuideImages } from "./images.js";
import { answer, expectNoChanges, imageTarget, imageWorkspace, rewrite } from "./imageWorkspace.js";
import type { FunctionInputs } from "./programs.js";
import { previewed } from "./stack.js";

/**
 * Prints the arguments and secrets that reach it, and which run of the build prints them. Copies what uv installed on
 * the machine.
 */
const ownDockerfile = [
  "FROM public.ecr.aws/lambda/python:3.11 AS build",
  "ARG COLOUR=none",
  "RUN --mount=type=secret,id=token python3 > /opt/built.py <<'SCRIPT'",
  "import os",
  'print("COLOUR =", repr(os.environ["COLOUR"]))',
  'print("BUILD =", repr(os.urandom(8).hex()))',
  'print("SECRET =", len(open("/run/secrets/token").read()))',
  "SCRIPT",
  "FROM public.ecr.aws/lambda/python:3.11 AS wanted",
  "COPY --from=uvlambda-dependencies . ${LAMBDA_TASK_ROOT}/",
  "COPY --from=uvlambda-code . ${LAMBDA_TASK_ROOT}/",
  "COPY --from=build /opt/built.py ${LAMBDA_TASK_ROOT}/",
  'CMD ["handler.handler"]',
  "FROM wanted AS last",
  "RUN false",
  "",
].join("\n");

const handler = (mark: string): string =>
  `import built
from greeting_lib import greet

def handler(event, context):
    return {"text": greet(event["name"]), "colour": built.COLOUR, "secret": built.SECRET, "build": built.BUILD, "mark": "${mark}"}
`;

describe("the user's own Dockerfile", function () {
  this.timeout(180_000);
  let workspace: Workspace;
  let bench: ImageBench;

  function functions(own: { token: string; colour: string }): Record<string, FunctionInputs> {
    const repositoryUrl = `${bench.proxy.host}/team/own`;
    const image = { builder: bench.builder, repositoryUrl };
    const cache = `type=registry,ref=${bench.proxy.host}/team/cache:own`;
    const ownImage = {
      dockerfile: "own.Dockerfile",
      target: "wanted",
      buildArgs: { COLOUR: own.colour },
      secrets: { token: own.token },
      cacheFrom: [cache],
      cacheTo: [`${cache},mode=max,image-manifest=true,oci-mediatypes=true`],
    };
    const alone = { handler: "app.alone.handler", image: { ...image, dockerfile: "../guide/handbook.Dockerfile" } };
    return {
      guide: { ...imageTarget, project: "../guide", image: { ...image, dockerfile: "../guide/Dockerfile" } },
      handbook: { ...imageTarget, project: "../guide", ...alone },
      own: { ...imageTarget, project: "../single-app", image: { ...image, ...ownImage } },
    };
  }

  before(async function () {
    ({ workspace, bench } = await imageWorkspace(this, (started) => {
      bench = started;
      return functions({ token: "first-secret", colour: "green" });
    }));
    for (const repositoryName of ["team/own", "team/cache"])
      await ecr(workspace.run, "CreateRepository", { repositoryName });
    await pushGuideImages(bench, workspace.run);
    workspace.write("infra/own.Dockerfile", ownDockerfile);
    workspace.write("single-app/handler.py", handler("one"));
  });

  skipAfterFailure();

  const ownAnswer = async (): Promise<Record<string, unknown>> =>
    (await answer(workspace, "own")) as Record<string, unknown>;

  it("may be that of uv's guide or of the handbook, unchanged", async () => {
    mustSucceed(await workspace.up());
    assert.equal(await answer(workspace, "guide"), "Hello from library!");
    assert.equal(await answer(workspace, "handbook"), "Hello, Ada (greeting-lib 1.0)");
    assert.deepEqual(bench.proxy.refused, [], "something was to be downloaded");
  });

  it("gets its stage, its arguments, its secrets, and what uv installed", async () => {
    const { build, ...told } = await ownAnswer();
    assert.deepEqual(told, { text: "Hello, Ada (greeting-lib 1.0)", colour: "green", secret: 12, mark: "one" });
    assert.ok(build);
    const exported = JSON.stringify(await workspace.stackExport());
    assert.ok(!exported.includes("first-secret"), "the secret stands in the state");
  });

  it("does not change from a second checkout or with another value of a secret", async () => {
    await expectNoChanges(workspace);
    await expectNoChanges(await workspace.secondCheckout());
    rewrite(workspace, functions({ token: "another secret", colour: "green" }));
    assert.deepEqual(await previewed(workspace), {});
  });

  it("is built again with another argument", async () => {
    rewrite(workspace, functions({ token: "another secret", colour: "red" }));
    const planned = await previewed(workspace);
    assert.equal(planned["docker-build:index:Image own-image"], "update");
    assert.equal(planned["docker-build:index:Image guide-image"], undefined);
    mustSucceed(await workspace.up());
    const { colour, secret } = await ownAnswer();
    assert.deepEqual([colour, secret], ["red", 14]);
  });

  it("is built from the cache in the registry if the builder has none", async () => {
    const cached = await imagesIn(workspace.run, "team/cache");
    assert.ok(cached?.some(({ imageTags }) => imageTags?.includes("own")));
    const { build } = await ownAnswer();
    await bench.buildKit.startAfresh();
    workspace.write("single-app/handler.py", handler("two"));
    mustSucceed(await workspace.up());
    const after = await ownAnswer();
    assert.deepEqual([after["mark"], after["build"]], ["two", build]);
  });

  it("leaves only images behind", async () => {
    mustSucceed(await workspace.destroy());
    assert.ok(((await imagesIn(workspace.run, "team/own"))?.length ?? 0) > 0);
  });
});
