import assert from "node:assert/strict";
import * as path from "node:path";
import { machineFileSecrets, projectFileSecrets, userFiles } from "../../../../provider/uv/settings/credentialFiles.js";
import { Scratch } from "../../support/scratch.js";

describe("files with uv's credentials", () => {
  const scratch = new Scratch();
  afterEach(() => scratch.remove());

  const index = (password: string) => `[[index]]\nurl = "https://user:${password}@index.example/simple/"\n`;

  it("the settings of the user, and of the system wherever uv looks for them, hold secrets", async () => {
    const folder = await scratch.make({
      "explicit.toml": index("explicit-password"),
      "home/.config/uv/uv.toml": index("user-password"),
      "first/uv/uv.toml": index("first-password"),
      "second/uv/uv.toml": index("second-password"),
    });
    const at = (name: string) => path.join(folder, name);
    const environment = {
      HOME: at("home"),
      UV_CONFIG_FILE: at("explicit.toml"),
      XDG_CONFIG_DIRS: ["first", "second"].map(at).join(path.delimiter),
    };
    const secrets = machineFileSecrets(environment);
    for (const name of ["explicit", "user", "first", "second"])
      assert.ok(secrets.includes(`${name}-password`), `${name} of ${secrets.join(" ")}`);
    const files = userFiles(environment);
    for (const name of ["explicit.toml", "home/.config/uv/uv.toml", "first/uv/uv.toml", "second/uv/uv.toml"])
      assert.ok(files.includes(at(name)), `${name} of ${files.join(" ")}`);
  });

  it("the files of a project and of the folders above it hold secrets", async () => {
    const folder = await scratch.make({
      "pyproject.toml": `[tool.uv]\n${index("root-password").replace("[[index]]", "[[tool.uv.index]]")}`,
      "uv.lock": 'source = { registry = "https://user:lock-password@index.example/simple/" }\n',
      "apps/api/uv.toml": index("own-password"),
      "apps/other/uv.toml": index("other-password"),
    });
    const secrets = projectFileSecrets(path.join(folder, "apps/api"));
    for (const name of ["root", "lock", "own"])
      assert.ok(secrets.includes(`${name}-password`), `${name} of ${secrets.join(" ")}`);
    assert.ok(!secrets.includes("other-password"));
  });

  it("an empty variable names no file, and /dev/null means none", () => {
    const files = userFiles({ UV_CONFIG_FILE: "", NETRC: "/dev/null", XDG_CONFIG_DIRS: "relative" });
    assert.deepEqual(files, ["/etc/uv/uv.toml"]);
  });
});
