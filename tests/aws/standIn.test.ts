import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cachedMetadata } from "./plugin/install.js";
import type { Metadata } from "./plugin/metadata.js";
import { StandIn } from "./plugin/provider.js";
import { FORCE_NEW, FUNCTION_CODE, FUNCTION_CONFIGURATION } from "./plugin/replacement.js";
import { resources } from "./plugin/registry.js";
import { UNKNOWN, type Values } from "./plugin/values.js";

const NAMING = { resourceName: "thing", randomSeed: new Uint8Array([1, 2, 3]) };
const FUNCTION = "aws:lambda/function:Function";

describe("aws stand-in", function () {
  this.timeout(60_000);
  let metadata: Metadata;

  before(() => {
    metadata = JSON.parse(readFileSync(cachedMetadata(), "utf8")) as Metadata;
  });

  describe("what it checks", () => {
    const check = (token: string, given: Values): string[] =>
      new StandIn(metadata, {})
        .check(token, {}, given, NAMING)
        .failures.map(({ property, reason }) => `${property}: ${reason}`);

    it("knows every property of its data tables", () => {
      for (const { token, property } of [...FORCE_NEW, ...FUNCTION_CODE, ...FUNCTION_CONFIGURATION]) {
        assert.ok(
          metadata.resources[token]?.inputs[property] ?? metadata.resources[token]?.outputs[property],
          `${token} ${property}`,
        );
      }
      for (const { token, defaults } of resources) {
        for (const name of Object.keys(defaults ?? {}))
          assert.ok(metadata.resources[token]?.inputs[name], `${token} ${name}`);
      }
    });

    it("refuses unknown, missing and wrongly typed properties", () => {
      const failures = check("aws:sqs/queue:Queue", { delay: 1, delaySeconds: "x", tags: { a: { b: 1 } } });
      assert.match(failures.join("\n"), /^delay: Invalid or unknown key/m);
      assert.match(failures.join("\n"), /^delaySeconds: expected a number/m);
      assert.match(failures.join("\n"), /^tags\.a: expected a string/m);
      assert.match(
        check("aws:iam/rolePolicy:RolePolicy", { policy: "{}" }).join("\n"),
        /^role: Missing required property/m,
      );
    });

    it("lets unknown values pass", () => {
      const given = {
        role: UNKNOWN,
        handler: "a.b",
        runtime: "python3.13",
        s3Bucket: UNKNOWN,
        s3Key: UNKNOWN,
        memorySize: UNKNOWN,
      };
      assert.deepEqual(check(FUNCTION, given), []);
    });

    it("names a type that it does not support", () => {
      assert.throws(() => check("aws:ec2/vpc:Vpc", {}), /does not have aws:ec2\/vpc:Vpc/);
    });
  });

  describe("names and differences", () => {
    const standIn = (): StandIn => new StandIn(metadata, {});

    it("makes names as the real provider does, keeps them, and fixes them for one update", () => {
      const first = standIn().check(FUNCTION, {}, {}, NAMING).inputs;
      assert.match(String(first["name"]), /^thing-[0-9a-f]{7}$/);
      assert.equal(standIn().check(FUNCTION, {}, {}, NAMING).inputs["name"], first["name"]);
      const other = { ...NAMING, randomSeed: new Uint8Array([9]) };
      assert.notEqual(standIn().check(FUNCTION, {}, {}, other).inputs["name"], first["name"]);
      assert.equal(standIn().check(FUNCTION, first, {}, other).inputs["name"], first["name"]);
    });

    it("replaces when the real provider does, and deletes first when the name was given", () => {
      const before = { name: "fixed", packageType: "Zip", tags: { a: "1" } };
      const diff = standIn().diff(FUNCTION, before, before, { ...before, packageType: "Image", tags: { a: "2" } });
      assert.deepEqual([...diff.changed], ["packageType", "tags"]);
      assert.deepEqual(diff.replaced, ["packageType"]);
      assert.equal(diff.deleteBeforeReplace, true);
      const auto = { ...before, __defaults: ["name"] };
      assert.equal(standIn().diff(FUNCTION, auto, auto, { ...auto, packageType: "Image" }).deleteBeforeReplace, false);
    });

    it("replaces a function that becomes durable or ceases to be, and updates one that stays durable", () => {
      const replaced = (before: unknown, wanted: unknown): readonly string[] => {
        const [olds, news] = [before, wanted].map((durableConfig) =>
          durableConfig === undefined ? {} : { durableConfig },
        ) as [Values, Values];
        return standIn().diff(FUNCTION, olds, olds, news).replaced;
      };
      assert.deepEqual(replaced(undefined, { executionTimeout: 60 }), ["durableConfig"]);
      assert.deepEqual(replaced({ executionTimeout: 60 }, undefined), ["durableConfig"]);
      assert.deepEqual(replaced({ executionTimeout: 60 }, { executionTimeout: 90 }), []);
    });

    it("keeps what is there when the program no longer sets a computed property", () => {
      const before = { tracingConfig: { mode: "Active" }, description: "d" };
      assert.deepEqual([...standIn().diff(FUNCTION, before, before, {}).changed], ["description"]);
    });

    it("compares archives by hash, policies by meaning, and ignores what the program never set", () => {
      const archive = (hash: string, path: string): Values => ({
        "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
        hash,
        path,
      });
      const diff = (token: string, before: Values, state: Values, wanted: Values): string[] => [
        ...standIn().diff(token, before, state, wanted).changed,
      ];
      assert.deepEqual(
        diff(FUNCTION, {}, { code: archive("1", "a"), architectures: ["x86_64"] }, { code: archive("1", "b") }),
        [],
      );
      assert.deepEqual(diff(FUNCTION, {}, { code: archive("1", "a") }, { code: archive("2", "a") }), ["code"]);
      const role = "aws:iam/role:Role";
      assert.deepEqual(
        diff(role, {}, { assumeRolePolicy: '{"a":1,"b":2}' }, { assumeRolePolicy: '{ "b": 2, "a": 1 }' }),
        [],
      );
      assert.deepEqual(
        diff(
          FUNCTION,
          {},
          { environment: { variables: { J: '{"a":1}' } } },
          { environment: { variables: { J: '{ "a":1}' } } },
        ),
        ["environment"],
      );
    });
  });
});
