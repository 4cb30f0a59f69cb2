import { strict as assert } from "node:assert";
import { formats } from "../../../../provider/formats/index.js";
import { refuseTooLarge } from "../../../../provider/packaging/packs/refuseTooLarge.js";
import type { PackageRequest } from "../../../../provider/packaging/request.js";

const megabyte = 1_048_576;
const files = [
  { path: "torch/lib.so", size: 200 * megabyte, owner: "torch" },
  { path: "torch/test/data.bin", size: 60 * megabyte, owner: "torch" },
];

function judge(
  format: keyof typeof formats,
  more: Partial<PackageRequest> = {},
  sizes: "error" | "warn" = "error",
): void {
  const checks = { sizes } as PackageRequest["checks"];
  refuseTooLarge({ request: { checks, ...more } as PackageRequest, format: formats[format] }, files);
}

describe("packages that were just installed", () => {
  it("are refused when they are too large by themselves, with the property and a fix", () => {
    assert.throws(
      () => judge("zip"),
      (error: { code: string; problems: { property: string; message: string }[] }) => {
        assert.equal(error.code, "TOO_LARGE");
        assert.equal(error.problems[0]?.property, "project");
        assert.match(error.problems[0].message, /273 MB {2}torch[^]*prune/);
        return true;
      },
    );
    assert.throws(() => judge("layer"), { code: "TOO_LARGE" });
  });

  it("pass where an image holds them, the check is lowered, or `dependencyExclude` makes them smaller", () => {
    judge("image");
    judge("zip", {}, "warn");
    judge("zip", { dependencyExclude: ["torch/test/"] });
  });

  it("count together with the layers that the function has", () => {
    const layer = { folder: "", unzippedSize: 60 * megabyte };
    const dependencyExclude = ["torch/test/"];
    assert.throws(() => judge("zip", { dependencyExclude, layerArtifacts: [layer] }), { code: "TOO_LARGE" });
  });
});
