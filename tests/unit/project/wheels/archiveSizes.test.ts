import { strict as assert } from "node:assert";
import { archiveSizes } from "../../../../provider/project/wheels/archiveSizes.js";
import { parsePylock } from "../../../../provider/project/lock/pylock.js";
import { resolveTarget } from "../../../../provider/runtimes/index.js";
import { Scratch } from "../../support/scratch.js";

const { target } = resolveTarget("python3.13", "arm64");

describe("archiveSizes", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  const sizesOf = async (packages: readonly string[]) => {
    const root = await scratch.make({ "index/local-1-py3-none-any.whl": "12345" });
    const text = ['lock-version = "1.0"', ...packages.map((lines) => `[[packages]]\n${lines}`)].join("\n");
    return archiveSizes(parsePylock(text).packages, root, target);
  };
  const url = (file: string, size?: number) =>
    `{ url = "https://index.example/${file}"${size === undefined ? "" : `, size = ${size}`} }`;

  it("takes the smallest wheel that fits, a source where there is none, a file on this machine as it is", async () => {
    const wheels = [
      url("a-1-cp313-cp313-manylinux_2_28_aarch64.whl", 200),
      url("a-1-py3-none-any.whl", 300),
      url("a-1-cp313-cp313-macosx_11_0_arm64.whl", 1),
    ];
    const sizes = await sizesOf([
      `name = "a"\nversion = "1"\nsdist = ${url("a-1.tar.gz", 2)}\nwheels = [${wheels.join(", ")}]`,
      `name = "b"\nversion = "1"\nsdist = ${url("b-1.tar.gz", 1000)}`,
      `name = "local"\nversion = "1"\nwheels = [{ path = "index/local-1-py3-none-any.whl" }]`,
    ]);
    assert.deepEqual(sizes, { bytes: 1205, packages: 3 });
  });

  it("leaves out packages that are not installed, and those of unknown size", async () => {
    const sizes = await sizesOf([
      `name = "w"\nversion = "1"\nmarker = "sys_platform == 'win32'"\nwheels = [${url("w-1-py3-none-any.whl", 50)}]`,
      `name = "u"\nversion = "1"\nwheels = [${url("u-1-py3-none-any.whl")}]`,
      `name = "gone"\nversion = "1"\nwheels = [{ path = "index/gone-1-py3-none-any.whl" }]`,
    ]);
    assert.deepEqual(sizes, { bytes: 0, packages: 0 });
  });
});
