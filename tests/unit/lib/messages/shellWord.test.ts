import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { shellWord } from "../../../../provider/lib/messages/shellWord.js";
import { skip } from "../../../support/skip.js";

describe("shellWord", () => {
  it("leaves words alone that a shell would not change", () => {
    for (const word of ["/srv/app-1/build.d", "numpy==2.1.0", "linux/arm64"]) assert.equal(shellWord(word), word);
  });

  it("uses double quotes on Windows, where single ones are part of a word", () => {
    const words = ["C:\\out\\context", "C:\\my files", "numpy<2", 'a"b'];
    const quoted = ["C:\\out\\context", '"C:\\my files"', '"numpy<2"', '"a""b"'];
    assert.deepEqual(
      words.map((word) => shellWord(word, "win32")),
      quoted,
    );
  });

  it("gives a shell each word as it is", function () {
    if (process.platform === "win32") skip(this, "Windows has no sh");
    const words = ["", "a b", "$HOME", "`date`", '"', "it's", "a\\b", "~", "*", "!x", "a\nb", "é", "x;y&z|<>(){}#"];
    const printed = execFileSync("sh", ["-c", `printf '%s\\0' ${words.map((word) => shellWord(word)).join(" ")}`], {
      encoding: "utf8",
    });
    assert.deepEqual(printed.split("\0").slice(0, -1), words);
  });
});
