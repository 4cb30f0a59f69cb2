import assert from "node:assert/strict";
import { dependsOnPatch, evaluateMarker, markerApplies } from "../../../../provider/project/lock/markers.js";
import { resolveTarget } from "../../../../provider/runtimes/index.js";

const target = resolveTarget("python3.13", "arm64").target;

describe("environment markers", () => {
  const holding = [
    "sys_platform == 'linux'",
    'os_name == "posix" and platform_system == "Linux"',
    "platform_machine == 'aarch64'",
    "python_version >= '3.9'",
    "python_version < '3.14' and python_version > '3.12'",
    "python_full_version == '3.13.9'",
    "python_full_version >= '3.13.4' and implementation_version >= '3.13.4'",
    "python_full_version < '3.13.10'",
    "python_full_version > '3.13'",
    "'3.13' <= python_version",
    "python_version ~= '3.8'",
    "python_version == '3.*'",
    "python_version in '3.12 3.13'",
    "python_version not in '3.1, 3.12'",
    "platform_machine in 'x86_64 aarch64'",
    "'lin' in sys_platform",
    "platform_python_implementation != 'PyPy'",
    "implementation_name === 'cpython'",
    "platform_release == ''",
    "extra != 'fast'",
    "'fast' not in extras",
    "os.name == 'posix' and python_implementation == 'CPython'",
    "sys_platform == 'win32' or (sys_platform == 'linux' and (platform_machine == 'x86_64' or platform_machine == 'aarch64'))",
    "sys_platform == 'win32' and python_version > '3' or platform_machine == 'aarch64'",
  ];
  const failing = [
    "sys_platform == 'win32'",
    "platform_machine == 'x86_64'",
    "platform_machine == 'arm64'",
    "python_version < '3.9'", // as text, 3.13 would be smaller
    "'3.9' > python_version",
    "python_full_version < '3.13.3'",
    "python_version > '3.13'",
    "python_version ~= '3.14'",
    "python_version in '3.1 3.130'",
    "extra == 'fast'",
    "'dev' in dependency_groups",
    "sys_platform ~= 'linux'",
    "sys_platform == 'linux' and (platform_machine == 'x86_64' or sys_platform == 'win32')",
  ];
  for (const marker of holding)
    it(`holds: ${marker}`, () => assert.deepEqual(evaluateMarker(marker, target), { applies: true }));
  for (const marker of failing)
    it(`does not hold: ${marker}`, () => assert.deepEqual(evaluateMarker(marker, target), { applies: false }));

  it("follows the target, not this machine", () => {
    const other = resolveTarget("python3.10", "x86_64").target;
    assert.equal(markerApplies("platform_machine == 'x86_64' and python_full_version == '3.10.14'", other), true);
    assert.equal(markerApplies(undefined, other), true);
  });

  it("knows which answers a newer patch release would change", () => {
    const doubtful = [
      "python_full_version >= '3.13.10'",
      "implementation_version < '3.13.40'",
      "python_full_version == '3.13.9'",
    ];
    const settled = [
      undefined,
      "python_full_version >= '3.13.4'",
      "python_full_version < '3.13.3'",
      "python_version < '3.14'",
    ];
    for (const marker of doubtful) assert.equal(dependsOnPatch(marker, target), true, marker);
    for (const marker of settled) assert.equal(dependsOnPatch(marker, target), false, marker);
    // A marker that never holds on this target is not in doubt, whatever it says about versions.
    assert.equal(dependsOnPatch("sys_platform == 'win32' and python_full_version >= '3.13.10'", target), false);
  });

  it("assumes that a marker applies if it cannot be read, and says so", () => {
    for (const marker of [
      "sys_platform ==",
      "( sys_platform == 'x'",
      "shape == 'round'",
      "sys_platform = 'win32'",
      "",
      "'a' not 'b'",
      "os_name == 'nt' xor",
      `${"(".repeat(20_000)}os_name == 'nt'${")".repeat(20_000)}`,
    ]) {
      const { applies, note } = evaluateMarker(marker, target);
      assert.equal(applies, true, marker);
      assert.ok(note?.includes(`\`${marker}\``), marker);
    }
  });
});
