import * as assert from "node:assert/strict";
import { UNKNOWN } from "../../../../provider/inputs/resolved.js";
import { policyDocument, policySizes } from "../../../../provider/inputs/rules/policyRules.js";

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };
const without = (name: "Effect" | "Action" | "Resource") =>
  Object.fromEntries(Object.entries(allow).filter(([key]) => key !== name));
const message = (document: unknown): string =>
  policyDocument(JSON.stringify(document))
    .map((finding) => finding.message)
    .join();
const ofStatement = (...statements: unknown[]): string => message({ Version: "2012-10-17", Statement: statements });

describe("policies of the role", () => {
  for (const statement of [
    allow,
    { ...allow, Sid: "Read1", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } },
    { ...allow, Sid: "" },
    { ...allow, Action: "*", Resource: ["*", "arn:aws:s3:::${aws:username}"] },
    { ...allow, Action: ["s3:Get*", "*:Describe*", "execute-api:Invoke"] },
    { ...without("Action"), NotAction: "iam:*", Effect: "Deny" },
    { ...without("Resource"), NotResource: ["arn:aws:s3:::a"] },
  ])
    it(`may have ${JSON.stringify(statement)}`, () => {
      assert.equal(ofStatement(statement), "");
      assert.equal(message({ Statement: statement, Id: "x" }), "");
    });

  for (const [statement, expected] of [
    ["*", /must be an object/],
    [{ ...allow, effect: "Allow" }, /no element "effect"; it may have `Sid`, .*`Condition`$/],
    [{ ...allow, Principal: "*" }, /no `Principal`/],
    [{ ...allow, NotPrincipal: "*" }, /no `Principal`/],
    [without("Effect"), /`Effect`/],
    [{ ...allow, Effect: "allow" }, /`Effect`/],
    [{ ...allow, Sid: "read-it" }, /`Sid` may have/],
    [{ ...allow, Sid: null }, /^`Sid` of a statement is null, .* leave the element out$/],
    [{ ...allow, Principal: null }, /^`Principal` of a statement is null/],
    [without("Action"), /must have `Action` or `NotAction`/],
    [{ ...allow, NotAction: "iam:*" }, /must have `Action` or `NotAction`/],
    [{ ...allow, Action: [] }, /must have `Action` or `NotAction`/],
    [{ ...allow, Action: "GetObject" }, /`Action` of each statement must have the form "service:Action"/],
    [without("Resource"), /must have `Resource` or `NotResource`/],
    [{ ...allow, Resource: "bucket" }, /`Resource` of each statement must have the form of an ARN/],
    // What JSON.stringify makes of an output in Node.js.
    [{ ...allow, Resource: "Calling [toJSON] on an [Output<T>] is not supported." }, /the form of an ARN/],
    [{ ...allow, Resource: [1] }, /the form of an ARN/],
  ] as const)
    it(`may not have ${JSON.stringify(statement)}`, () => assert.match(ofStatement(allow, statement), expected));

  it("are documents of known versions with statements, each with its own Sid", () => {
    for (const document of [[], "x", {}, { statement: allow }]) assert.match(message(document), /a policy document/);
    assert.match(policyDocument("{")[0]?.message ?? "", /a policy document/);
    assert.match(message({ Version: "2020-01-01", Statement: allow }), /"2012-10-17"/);
    assert.match(message({ Statement: [] }), /at least one statement/);
    assert.match(ofStatement({ ...allow, Sid: "A" }, { ...allow, Sid: "A" }), /the same `Sid`/);
    assert.equal(ofStatement({ ...allow, Sid: "A" }, allow, allow), "");
    assert.match(ofStatement({ ...allow, Resource: "arn:aws:s3:::€" }), /up to U\+00FF/);
  });

  it("have a size together, in which white space does not count", () => {
    assert.deepEqual(policySizes({ a: "x".repeat(5000), b: "x ".repeat(5240), c: UNKNOWN }), []);
    const [finding] = policySizes({ a: "x".repeat(5000), b: "x ".repeat(5241) });
    assert.match(finding?.message ?? "", /^have 10241 characters together, and IAM allows 10240 .*`policyArns`/);
  });
});
