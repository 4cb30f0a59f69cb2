import assert from "node:assert/strict";
import {
  compatibleTags,
  installName,
  parseWheelFilename,
  uvTags,
  wheelFits,
} from "../../../../provider/project/wheels/wheelTags.js";
import { resolveTarget } from "../../../../provider/runtimes/index.js";

const arm313 = resolveTarget("python3.13", "arm64").target;
const x311 = resolveTarget("python3.11", "x86_64").target;
const fits = (tag: string, target = arm313) => wheelFits(`demo-1.0-${tag}.whl`, compatibleTags(target));

describe("wheel tags", () => {
  it("reads file names, with build numbers and compressed tags", () => {
    assert.deepEqual(parseWheelFilename("a_b-1.0-2-py2.py3-none-any.whl"), {
      name: "a_b",
      version: "1.0",
      build: "2",
      pythons: ["py2", "py3"],
      abis: ["none"],
      platforms: ["any"],
    });
    for (const name of ["a-1.0.tar.gz", "a-1.0-py3-none.whl", "a-1-2-3-py3-none-any.whl", "a--py3-none-any.whl"]) {
      assert.equal(parseWheelFilename(name), undefined, name);
    }
  });

  it("accepts what runs on an Amazon Linux 2023 runtime", () => {
    for (const tag of [
      ...["py3-none-any", "py2.py3-none-any", "py313-none-any", "py36-none-any", "cp313-none-any"],
      ...[
        "cp313-cp313-manylinux_2_34_aarch64",
        "cp313-cp313-manylinux_2_28_aarch64",
        "cp313-cp313-manylinux2014_aarch64",
      ],
      ...[
        "cp313-cp313-manylinux_2_17_aarch64.manylinux2014_aarch64",
        "cp36-abi3-manylinux_2_28_aarch64",
        "cp313-abi3-linux_aarch64",
      ],
      ...["py3-none-manylinux_2_17_aarch64", "cp313-none-manylinux_2_17_aarch64"],
    ]) {
      assert.equal(fits(tag), true, tag);
    }
  });

  it("refuses what does not", () => {
    for (const tag of [
      ...[
        "cp313-cp313-manylinux_2_35_aarch64",
        "cp313-cp313-manylinux_2_28_x86_64",
        "cp313-cp313t-manylinux_2_28_aarch64",
      ],
      ...[
        "cp312-cp312-manylinux_2_28_aarch64",
        "cp314-abi3-manylinux_2_28_aarch64",
        "cp39-none-any",
        "py314-none-any",
        "py2-none-any",
      ],
      ...[
        "cp313-cp313-musllinux_1_2_aarch64",
        "cp313-cp313-macosx_11_0_arm64",
        "cp313-cp313-win_arm64",
        "pp311-pypy311_pp73-manylinux_2_28_aarch64",
      ],
      ...["cp313-cp313-manylinux1_aarch64", "cp313-cp313-manylinux_2_16_aarch64"],
    ]) {
      assert.equal(fits(tag), false, tag);
    }
  });

  it("goes up to the glibc of Amazon Linux 2 and not beyond", () => {
    assert.equal(fits("cp311-cp311-manylinux_2_26_x86_64", x311), true);
    assert.equal(fits("cp311-cp311-manylinux1_x86_64", x311), true);
    assert.equal(fits("cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64", x311), false);
  });

  it("renames exactly the wheels that fit and that uv would refuse", () => {
    assert.equal(
      installName("d-1-cp311-cp311-manylinux_2_24_x86_64.whl", x311),
      "d-1-cp311-cp311-manylinux_2_17_x86_64.whl",
    );
    assert.equal(
      installName("d-1-7-cp36.cp37-abi3-manylinux_2_26_x86_64.whl", x311),
      "d-1-7-cp36.cp37-abi3-manylinux_2_17_x86_64.whl",
    );
    assert.equal(installName("d-1-cp311-cp311-manylinux_2_17_x86_64.whl", x311), undefined);
    assert.equal(installName("d-1-cp311-cp311-manylinux_2_28_x86_64.whl", x311), undefined);
    assert.equal(installName("d-1-cp311-cp311-manylinux_2_24_aarch64.whl", x311), undefined);
    assert.deepEqual(uvTags(arm313), compatibleTags(arm313));
  });
});
