import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import ts from "typescript";

const root = path.join(__dirname, "..", "..");
const folders = "archive cli formats inputs lib packaging project resources runtimes store tree uv".split(" ");

/** Texts that propose a value, a setting or a command. Several of them may form one hint. */
const proposal = /To fix this|Did you mean|`[^`]+(: |= | )[^`]+`|`--?\w|[Ss]et `|\b[Ss]et ([A-Z]{2,}_|TMPDIR)/;

/** How many such texts a file has, and the tests that follow them, or why none does. */
type Row = readonly [count: number, ...followedBy: string[]];

const handlerHints = ["packaging/handlerHints.test.ts", "packaging/handlerNames.test.ts"] as const;
const projectHints = "packaging/projectHints.test.ts";
const wheelHints = "packaging/wheelHints.test.ts";
const checkHints = "packaging/checkHints.test.ts";
const machineHints = "packaging/machineHints.test.ts";
const artifactHints = "packaging/artifactHints.test.ts";
const indexHints = "packaging/indexHints.test.ts";
const leftOutOfWheel = "packaging/leftOutOfWheel.test.ts";
const commandLine = "cli/hints.test.ts";
const commandHints = "cli/commandHints.test.ts";
const inputs = "unit/inputs/proposals.test.ts";
const defect = "- no hint: it tells of a program that answers something unexpected";
const noValue = "- names inputs and no value for them";

const table: Readonly<Record<string, Row>> = {
  "archive/zipRecords.ts": [1, "- for archives above 4 GB; `prune` and `exclude` are followed for those above 250 MB"],
  "cli/arguments.ts": [1, commandLine],
  "cli/build/buildOne.ts": [1, "faults/trust.test.ts"],
  "cli/build/buildFlags.ts": [6, commandLine, "- bundling: unit/cli/flagWords.test.ts"],
  "cli/build/placeFiles.ts": [1, commandHints],
  "cli/help.ts": [2, commandLine],
  "cli/inspect/inspectCommand.ts": [1, "- no hint: notes of the help"],
  "cli/invoke/invokeInputs.ts": [1, "- names where images run"],
  "cli/invoke/runFunction.ts": [1, commandLine],
  "cli/jsonInput.ts": [1, commandLine],
  "cli/invoke/runtimeClient.ts": [2, commandLine],
  "inputs/automaticNames.ts": [2, "unit/inputs/automaticNames.test.ts"],
  "inputs/conflicts/formatConflicts.ts": [2, inputs],
  "inputs/conflicts/functionConflicts.ts": [1, inputs],
  "inputs/conflicts/layerConflicts.ts": [3, noValue],
  "inputs/conflicts/settingConflicts.ts": [2, inputs],
  "inputs/packageRequest.ts": [1, "engine/automation.test.ts"],
  "inputs/rules/functionRules.ts": [3, inputs],
  "inputs/rules/imageRules.ts": [2, inputs],
  "inputs/rules/packageRules.ts": [1, inputs],
  "inputs/rules/settingRules.ts": [3, inputs],
  "inputs/rules/valueRules.ts": [1, inputs],
  "inputs/schema/schemaCheck.ts": [1, inputs],
  "inputs/validate.ts": [1, inputs],
  "lib/patterns/glob.ts": [1, inputs],
  "lib/processes/process.ts": [1, machineHints],
  "lib/regularFile.ts": [1, machineHints],
  "lib/messages/suggest.ts": [1, projectHints, commandLine],
  "lib/systemErrors.ts": [
    4,
    commandHints,
    "- ENOSPC and EDQUOT are followed where a disk is full; EIO, ENFILE, ENOMEM and EAGAIN come from the whole machine",
  ],
  "packaging/checks/binaries/binaries.ts": [3, artifactHints],
  "packaging/checks/binaries/libraries.ts": [1, artifactHints],
  "packaging/checks/collisions.ts": [4, checkHints],
  "packaging/checks/emptiness.ts": [2, projectHints, checkHints],
  "packaging/checks/handler/brokenImportFindings.ts": [8, "packaging/brokenImports.test.ts"],
  "packaging/checks/handler/handler.ts": [13, ...handlerHints, "packaging/handlerOrigin.test.ts"],
  "packaging/checks/handler/hiddenModules.ts": [1, "packaging/handlerNames.test.ts"],
  "packaging/checks/handler/loading/leftOutOfWheel.ts": [2, leftOutOfWheel],
  "packaging/checks/handler/loading/circularImports.ts": [2, "packaging/loadOrder.test.ts", leftOutOfWheel],
  "packaging/checks/handler/loading/unboundFindings.ts": [2, "packaging/loadOrder.test.ts"],
  "packaging/checks/handler/misplacedNames.ts": [4, "packaging/handlerHints.test.ts"],
  "packaging/checks/files/missingFiles.ts": [3, "packaging/missingFiles.test.ts"],
  "packaging/checks/handler/nearbyModules.ts": [2, "packaging/nearbyImports.test.ts"],
  "packaging/checks/handler/projectModules.ts": [10, ...handlerHints],
  "packaging/checks/handler/unusableFinding.ts": [
    7,
    "packaging/handlerCalls.test.ts",
    "packaging/handlerOrigin.test.ts",
  ],
  "packaging/checks/handler/unusable/unusableObjects.ts": [4, "packaging/handlerCalls.test.ts"],
  "packaging/checks/handler/unusable/webApplications.ts": [4, "packaging/webApplications.test.ts"],
  "packaging/checks/leftOutImports.ts": [2, "packaging/leftOutImports.test.ts"],
  "packaging/checks/leftovers.ts": [1, "packaging/leftovers.test.ts"],
  "packaging/checks/secrets.ts": [1, checkHints, commandLine],
  "packaging/checks/shippingInputs.ts": [1, "packaging/nearbyImports.test.ts", "packaging/missingFiles.test.ts"],
  "packaging/checks/sizes.ts": [3, checkHints],
  "packaging/closure/buildPolicy.ts": [6, checkHints],
  "packaging/closure/coverage.ts": [5, checkHints, projectHints],
  "packaging/closure/provided.ts": [2, projectHints, checkHints],
  "packaging/closure/requireHashes.ts": [3, "faults/hashes.test.ts"],
  "packaging/closure/requiresPython.ts": [6, projectHints],
  "packaging/install/bytecode.ts": [1, artifactHints],
  "packaging/install/distributions.ts": [1, artifactHints],
  "packaging/install/interpreter.ts": [1, machineHints],
  "packaging/packs/localWheel.ts": [2, artifactHints],
  "project/lock/lockErrors.ts": [1, projectHints],
  "project/lock/lockfile.ts": [1, projectHints],
  "project/lock/pylock.ts": [2, defect],
  "project/projectErrors.ts": [3, wheelHints, projectHints],
  "project/sources/ownFiles.ts": [1, projectHints],
  "project/wheels/missingWheels.ts": [9, wheelHints],
  "project/workspace.ts": [8, projectHints, machineHints, "- migrate-to-uv is another program"],
  "resources/build/buildProvider.ts": [1, "- names a page, which engine/import.test.ts follows"],
  "resources/code/image/reachableBuilder.ts": [4, "unit/resources/code/image/reachableBuilder.test.ts"],
  "resources/engine/awsProvider.ts": [1, "unit/resources/engine/awsProvider.test.ts"],
  "resources/engine/failures.ts": [1, defect],
  "resources/engine/options/componentOptions.ts": [
    1,
    "- names a section of docs/options.md; engine/options.test.ts has such a transform",
  ],
  "resources/engine/providerAnswer.ts": [1, "unit/resources/engine/awsProvider.test.ts"],
  "resources/function/nameClaims.ts": [1, "unit/resources/function/nameClaims.test.ts"],
  "resources/function/powertools.ts": [2, "unit/resources/function/powertools.test.ts"],
  "resources/layer/builtLayers.ts": [1, "unit/resources/layer.test.ts"],
  "resources/layer/constructLayer.ts": [1, "unit/resources/layer.test.ts"],
  "store/locks/lock.ts": [1, commandHints],
  "store/sharedEntries.ts": [1, artifactHints],
  "store/store.ts": [1, machineHints],
  "store/storeError.ts": [4, machineHints],
  "store/systemTemporary.ts": [1, commandLine],
  "tree/scan.ts": [3, projectHints],
  "uv/buildWheel.ts": [6, "packaging/buildPolicy.test.ts", machineHints, projectHints],
  "uv/docker.ts": [5, machineHints],
  "uv/errors/errorTable.ts": [
    9,
    ...[projectHints, machineHints, checkHints, indexHints, commandHints],
    "- a download that is cut comes right by another run: faults/downloads.test.ts",
    "- commands of version managers, which are not on every machine",
  ],
  "uv/errors/settingsErrors.ts": [3, machineHints, indexHints],
  "uv/exportSbom.ts": [1, defect],
  "uv/programs/find.ts": [3, machineHints],
};

describe("hints that propose something", () => {
  const found = new Map<string, string[]>();
  for (const folder of folders)
    for (const file of fs.readdirSync(path.join(root, "provider", folder), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      const name = `${folder}/${file.split(path.sep).join("/")}`;
      const texts = textsOf(fs.readFileSync(path.join(root, "provider", name), "utf8"));
      const proposing = texts.filter((text) => text.includes(" ") && proposal.test(text));
      if (proposing.length > 0) found.set(name, proposing);
    }

  it("are followed by a test, or say why not: a new one needs a test that follows it, and its row here", () => {
    const counts = Object.fromEntries([...found].sort().map(([file, texts]) => [file, texts.length]));
    const known = Object.fromEntries(
      Object.entries(table)
        .sort()
        .map(([file, [count]]) => [file, count]),
    );
    assert.deepEqual(
      counts,
      known,
      [...found.entries()].map(([file, texts]) => [file, ...texts].join("\n  ")).join("\n"),
    );
  });

  it("name tests that take the value, the command or the name out of the text", () => {
    for (const [file, [, ...followedBy]] of Object.entries(table)) {
      assert.ok(followedBy.length > 0, file);
      for (const one of followedBy.filter((name) => !name.startsWith("- "))) {
        const uses = withImports(one).some((text) =>
          /\b(proposed(Value|Command|Name|Code)|suggestedName)\(|\bproposed(Value|Command|Name)</.test(text),
        );
        assert.ok(uses, `${one}, which is to follow ${file}, uses nothing of tests/support/proposals.ts`);
      }
    }
  });
});

/** A test and the files that it imports from its own folder, which contain its scenarios. */
function withImports(name: string): string[] {
  const file = path.join(root, "tests", name);
  const text = fs.readFileSync(file, "utf8");
  const beside = [...text.matchAll(/from "(\.\/\w+)\.js"/g)].map(
    ([, one = ""]) => `${path.join(path.dirname(file), one)}.ts`,
  );
  return [text, ...beside.map((one) => fs.readFileSync(one, "utf8"))];
}

/** String literals and templates of a module, with `{}` for inserted values, and joined where `+` joins them. */
function textsOf(source: string): string[] {
  const texts: string[] = [];
  const textOf = (node: ts.Node): string | undefined => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node))
      return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join("");
    if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
    return isSum(node) ? (textOf(node.left) ?? "{}") + (textOf(node.right) ?? "{}") : undefined;
  };
  const inner = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) node.templateSpans.forEach(({ expression }) => visit(expression));
    else if (isSum(node)) [node.left, node.right].forEach(inner);
    else if (ts.isParenthesizedExpression(node)) inner(node.expression);
    else if (textOf(node) === undefined) visit(node);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    const text = isSum(node) || !ts.isParenthesizedExpression(node) ? textOf(node) : undefined;
    if (text === undefined) return ts.forEachChild(node, visit);
    texts.push(text);
    inner(node);
  };
  visit(ts.createSourceFile("module.ts", source, ts.ScriptTarget.Latest));
  return texts;
}

function isSum(node: ts.Node): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken;
}
