import assert from "node:assert/strict";
import { compareVersions, parseVersion, satisfies } from "../../../provider/project/pep440.js";

const version = (text: string) => {
  const parsed = parseVersion(text);
  assert.ok(parsed, text);
  return parsed;
};

describe("versions", () => {
  it("are ordered as PEP 440 orders them", () => {
    const ordered = [
      ...["0.9", "1.0.dev1", "1.0a1.dev2", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0+abc", "1.0+5", "1.0.post1.dev3"],
      ...["1.0.post1", "1.1", "1.2", "1.10", "10", "1!0.1"],
    ];
    for (let i = 1; i < ordered.length; i++) {
      const [smaller, larger] = [ordered[i - 1] as string, ordered[i] as string];
      assert.ok(compareVersions(version(smaller), version(larger)) < 0, `${smaller} < ${larger}`);
      assert.ok(compareVersions(version(larger), version(smaller)) > 0, `${larger} > ${smaller}`);
    }
  });

  it("are equal in other spellings", () => {
    const pairs = [
      ["1", "1.0.0"],
      ["v1.2", "1.2"],
      ["1.0c2", "1.0rc2"],
      ["1.0-1", "1.0.post1"],
      ["1.0alpha3", "1.0a3"],
    ];
    for (const [a, b] of pairs)
      assert.equal(compareVersions(version(a as string), version(b as string)), 0, `${a} = ${b}`);
  });

  it("are refused when they are none", () => {
    for (const text of ["", "x", "1..0", "1.0 0", "1.0+", "latest", "1.0-x"])
      assert.equal(parseVersion(text), undefined, text);
  });

  it("fit specifiers, or not", () => {
    const cases: [string, string, boolean | undefined][] = [
      ["3.13.0", ">=3.11,<4", true],
      ["3.13.0", ">=3.14", false],
      ["3.13.0", "~=3.12", true],
      ["3.13.0", "~=3.12.1", false],
      ["3.13.0", "==3.13.*", true],
      ["3.13.0", "!=3.13.*", false],
      ["3.1", "==3.13.*", false],
      ["1.0a1", "<1.0", false],
      ["1.0.post1", ">1.0", false],
      ["1.0+cu118", "==1.0", true],
      ["1.0", "==1.0+cu118", false],
      ["3.13.0", "", true],
      ["3.13.0", ">=3.x", undefined],
      ["3.13.0", "3.13", undefined],
      ["3.13.0", "~=3", undefined],
    ];
    for (const [text, specifiers, expected] of cases) {
      assert.equal(satisfies(version(text), specifiers), expected, `${text} ${specifiers}`);
    }
  });
});
