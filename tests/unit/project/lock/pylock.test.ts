import assert from "node:assert/strict";
import { parse } from "smol-toml";
import { UvLambdaError } from "../../../../provider/lib/errors.js";
import { urlSecrets } from "../../../../provider/lib/redaction/urlParts.js";
import { parsePylock } from "../../../../provider/project/lock/pylock.js";
import { pylockForInstall } from "../../../../provider/project/lock/pylockInstall.js";
import { keyText } from "../../../../provider/project/lock/pylockKey.js";
import { resolveTarget } from "../../../../provider/runtimes/index.js";

const arm313 = resolveTarget("python3.13", "arm64").target;
const x311 = resolveTarget("python3.11", "x86_64").target;

const text = `
lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.14"

[[packages]]
name = "alpha"
version = "1.2.3"
index = "https://index.example/simple"
sdist = { url = "https://index.example/alpha-1.2.3.tar.gz", upload-time = 2024-05-01T10:11:12Z, size = 100, hashes = { sha256 = "aa" } }
wheels = [
  { url = "https://index.example/alpha-1.2.3-py3-none-any.whl#frag", upload-time = 2024-05-01T10:11:12.5Z, size = 4294967296, hashes = { sha256 = "bb" } },
]

[[packages]]
name = "native"
version = "2.0"
marker = "platform_machine == 'aarch64'"
wheels = [
  { url = "https://index.example/native-2.0-cp313-cp313-manylinux_2_28_aarch64.whl", hashes = { sha256 = "c1" } },
  { url = "https://index.example/native-2.0-cp313-cp313-manylinux_2_28_x86_64.whl", hashes = { sha256 = "c2" } },
]

[[packages]]
name = "winonly"
version = "1.0"
marker = "sys_platform == 'win32'"
wheels = [{ url = "https://index.example/winonly-1.0-py3-none-win_amd64.whl", hashes = { sha256 = "d1" } }]

[[packages]]
name = "core"
directory = { path = "libs/core", editable = true, subdirectory = "x" }
marker = "python_version >= '3.9'"

[[packages]]
name = "from-git"
version = "0.1.0"
vcs = { type = "git", url = "https://user:T0KEN-git@git.example/x.git", commit-id = "2fee07", subdirectory = "py" }

[[packages]]
name = "direct"
version = "3.0"
archive = { url = "https://tok-S3CRET@files.example/direct%2B-3.0-py3-none-any.whl?sig=SIGSECRET", hashes = { sha256 = "ee" } }

[[packages]]
name = "vendored"
version = "4.0"
archive = { path = "wheels/vendored-4.0.tar.gz", hashes = { sha256 = "ff" } }
`;

describe("the exported lock", () => {
  const { packages, localPackages } = parsePylock(text);

  it("keeps third-party packages apart from local ones", () => {
    assert.deepEqual(
      packages.map((p) => [p.name, p.kind]),
      [
        ["alpha", "registry"],
        ["native", "registry"],
        ["winonly", "registry"],
        ["from-git", "git"],
        ["direct", "url"],
        ["vendored", "path"],
      ],
    );
    assert.deepEqual(localPackages, [
      { name: "core", path: "libs/core", subdirectory: "x", marker: "python_version >= '3.9'", editable: true },
    ]);
  });

  it("reads files with name, hash and place, by name, URL or path", () => {
    const alpha = packages[0];
    assert.equal(alpha?.wheels[0]?.filename, "alpha-1.2.3-py3-none-any.whl");
    assert.equal(alpha?.wheels[0]?.hash, "sha256:bb");
    assert.equal(alpha?.sdist?.filename, "alpha-1.2.3.tar.gz");
    assert.equal(packages[4]?.wheels[0]?.filename, "direct+-3.0-py3-none-any.whl");
    assert.deepEqual(packages[5]?.wheels, []);
    assert.equal(packages[5]?.sdist?.location, "wheels/vendored-4.0.tar.gz");
    assert.equal(packages[3]?.git?.commit, "2fee07");
    const named = `lock-version = "1.0"\n[[packages]]\nname = "n"\nwheels = [{ name = "n-1-py3-none-any.whl", url = "https://x.example/blob" }]`;
    assert.equal(parsePylock(named).packages[0]?.wheels[0]?.filename, "n-1-py3-none-any.whl");
  });

  it("holds no credential in what may be stored, and names those that there are", () => {
    const stored = JSON.stringify({ packages, localPackages }) + keyText(packages, arm313);
    for (const secret of ["T0KEN-git", "S3CRET", "SIGSECRET"]) assert.ok(!stored.includes(secret), secret);
    const secrets = urlSecrets(text);
    for (const secret of ["T0KEN-git", "tok-S3CRET"]) assert.ok(secrets.includes(secret), secret);
    assert.deepEqual(urlSecrets('url = "ssh://git@git.example/x.git"'), []);
    assert.ok(urlSecrets("https://u:p%40ss@h/").includes("p@ss"));
  });

  it("refuses anything but a lock, and locks of another format", () => {
    for (const bad of ["", 'lock-version = "2.0"', "not toml ["]) {
      assert.throws(
        () => parsePylock(bad),
        (e: unknown) => e instanceof UvLambdaError && e.code === "UV_FAILED",
        bad,
      );
    }
  });
});

describe("the lock that uv installs from", () => {
  it("has no local folders, no requires-python, absolute paths, and is otherwise the same", () => {
    const original = parse(text) as { packages: Record<string, unknown>[] };
    const result = parse(pylockForInstall(text, "/repo/root", arm313)) as { packages: Record<string, unknown>[] };
    assert.ok(!("requires-python" in result));
    const expected = original.packages.filter((p) => p["directory"] === undefined);
    assert.deepEqual(result.packages.slice(0, -1), expected.slice(0, -1));
    assert.equal(
      (result.packages.at(-1)?.["archive"] as { path: string }).path,
      "/repo/root/wheels/vendored-4.0.tar.gz",
    );
  });

  it("renames wheels only where uv would refuse all that fit", () => {
    const lock = (...tags: string[]) =>
      `lock-version = "1.0"\n[[packages]]\nname = "o"\nversion = "1"\nwheels = [${tags
        .map((tag) => `{ url = "https://index.example/o-1-cp311-cp311-${tag}.whl", hashes = { sha256 = "a" } }`)
        .join(", ")}]`;
    const names = (source: string) => {
      const [only] = (parse(pylockForInstall(source, "/r", x311)) as { packages: { wheels: { name?: string }[] }[] })
        .packages;
      return only?.wheels.map((wheel) => wheel.name);
    };
    assert.deepEqual(names(lock("manylinux_2_24_x86_64", "manylinux_2_28_x86_64")), [
      "o-1-cp311-cp311-manylinux_2_17_x86_64.whl",
      undefined,
    ]);
    assert.deepEqual(names(lock("manylinux_2_24_x86_64", "manylinux2014_x86_64")), [undefined, undefined]);
  });
});

describe("the key of a lock", () => {
  const key = (source: string, target = arm313) => keyText(parsePylock(source).packages, target);
  const reference = key(text);
  const changed = (from: string | RegExp, to: string) => {
    const other = text.replace(from, to);
    assert.notEqual(other, text, `nothing matched ${String(from)}`);
    return key(other);
  };

  it("ignores what cannot reach the output", () => {
    const noise: [string | RegExp, string][] = [
      [/upload-time = [^,]+, /g, ""],
      [/https:\/\/index\.example/g, "https://mirror.example/path"],
      ["T0KEN-git", "rotated"],
      ["tok-S3CRET", "rotated"],
      ["sig=SIGSECRET", "sig=other"],
      ["c2", "c9"], // the other architecture's wheel
      ["d1", "d9"], // another platform's package
      ['requires-python = ">=3.14"', 'requires-python = ">=3.10"'],
      ["libs/core", "libs/renamed"],
      ['sha256 = "aa"', 'sha256 = "a9"'], // a source archive beside a wheel that fits
    ];
    for (const [from, to] of noise) assert.equal(changed(from, to), reference, String(from));
  });

  it("changes with everything that can", () => {
    for (const [from, to] of [
      ['1.2.3"', '1.2.4"'],
      ['"bb"', '"b9"'],
      ['"c1"', '"c9"'],
      ["2fee07", "3fee07"],
      ['subdirectory = "py"', 'subdirectory = "other"'],
      ['"ee"', '"e9"'],
      ['"ff"', '"f9"'],
      ["platform_machine == 'aarch64'", "platform_machine == 's390x'"],
      ["sys_platform == 'win32'", "sys_platform == 'linux'"],
    ] as const) {
      assert.notEqual(changed(from, to), reference, from);
    }
    assert.notEqual(key(text, x311), reference);
  });

  it("does not depend on the order of packages, nor on local ones", () => {
    const [head = "", ...blocks] = text.split(/^(?=\[\[packages\]\])/m);
    assert.equal(key([head, ...blocks.reverse()].join("\n")), reference);
    assert.equal(key([head, ...blocks.filter((block) => !block.includes("\ndirectory"))].join("\n")), reference);
  });

  it("uses the place of a file that has no hash", () => {
    const bare = text.replace(', hashes = { sha256 = "ff" }', "");
    assert.notEqual(key(bare), key(bare.replace("wheels/vendored", "vendor/vendored")));
  });
});
