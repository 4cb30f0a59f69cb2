import assert from "node:assert/strict";
import { buildEnvironmentProblems, secretValues, uvEnvironment } from "../../../../provider/uv/settings/environment.js";

describe("the environment of uv", () => {
  it("lets through what uv needs of the machine and nothing else", () => {
    const machine = {
      PATH: "/bin",
      HOME: "/home/u",
      https_proxy: "http://proxy:1",
      UV_CACHE_DIR: "/cache",
      UV_INDEX_CORP_PASSWORD: "pw",
      XDG_CACHE_HOME: "/x",
      GIT_SSH_COMMAND: "ssh -i key",
      AWS_SECRET_ACCESS_KEY: "aws",
      PULUMI_ACCESS_TOKEN: "pul",
      GITHUB_TOKEN: "gh",
      UV_COMPILE_BYTECODE: "1",
      UV_NO_VERIFY_HASHES: "1",
      UV_PYTHON: "3.9",
      UV_EXCLUDE_NEWER: "2001-01-01",
      UV_LINK_MODE: "symlink",
      UV_FROZEN: "0",
      UV_PUBLISH_TOKEN: "pub",
      VIRTUAL_ENV: "/venv",
      PYTHONPATH: "/evil",
      PIP_INDEX_URL: "https://elsewhere",
      GIT_DIR: "/other/.git",
      CAPTURE_ENVIRONMENT: "1",
    };
    const names = Object.keys(uvEnvironment(machine, {}));
    for (const name of [
      "PATH",
      "HOME",
      "https_proxy",
      "UV_CACHE_DIR",
      "UV_INDEX_CORP_PASSWORD",
      "XDG_CACHE_HOME",
      "GIT_SSH_COMMAND",
    ]) {
      assert.ok(names.includes(name), name);
    }
    const passed = names.filter((name) => name in machine);
    assert.equal(passed.length, 7, passed.join());
  });

  it("is the same on every machine where build backends look", () => {
    const env = uvEnvironment(
      { TZ: "Asia/Tokyo", LC_ALL: "tr_TR", SOURCE_DATE_EPOCH: "0", PYTHONHASHSEED: "7", PATH: "/bin" },
      {},
    );
    assert.deepEqual(env, {
      PATH: "/bin",
      UV_LOCK_TIMEOUT: "1800",
      UV_NO_PROGRESS: "1",
      NO_COLOR: "1",
      SOURCE_DATE_EPOCH: "315532800",
      PYTHONHASHSEED: "0",
      PYTHONDONTWRITEBYTECODE: "1",
      LC_ALL: "C.UTF-8",
      TZ: "UTC",
      UV_PYTHON_PREFERENCE: "managed",
      GIT_TERMINAL_PROMPT: "0",
      GIT_CONFIG_COUNT: "2",
      GIT_CONFIG_KEY_0: "core.autocrlf",
      GIT_CONFIG_VALUE_0: "false",
      GIT_CONFIG_KEY_1: "core.eol",
      GIT_CONFIG_VALUE_1: "lf",
    });
  });

  it("keeps the user's settings of git in addition to ours", () => {
    const env = uvEnvironment({}, { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: "a.b", GIT_CONFIG_VALUE_0: "c" });
    assert.deepEqual(
      Object.entries(env)
        .filter(([name]) => name.startsWith("GIT_CONFIG_"))
        .sort(),
      [
        ["GIT_CONFIG_COUNT", "3"],
        ["GIT_CONFIG_KEY_0", "a.b"],
        ["GIT_CONFIG_KEY_1", "core.autocrlf"],
        ["GIT_CONFIG_KEY_2", "core.eol"],
        ["GIT_CONFIG_VALUE_0", "c"],
        ["GIT_CONFIG_VALUE_1", "false"],
        ["GIT_CONFIG_VALUE_2", "lf"],
      ],
    );
  });

  it("lets the machine wait longer or shorter, and the user's own credentials win", () => {
    const env = uvEnvironment(
      { UV_LOCK_TIMEOUT: "5", UV_INDEX_CORP_PASSWORD: "old" },
      { UV_INDEX_CORP_PASSWORD: "new" },
    );
    assert.equal(env["UV_LOCK_TIMEOUT"], "5");
    assert.equal(env["UV_INDEX_CORP_PASSWORD"], "new");
    // Nobody can answer a question of git.
    assert.equal(uvEnvironment({}, { GIT_TERMINAL_PROMPT: "1" })["GIT_TERMINAL_PROMPT"], "0");
  });
});

describe("buildEnvironment", () => {
  it("takes credentials for uv only, and names each other key", () => {
    const good = [
      "UV_INDEX_CORP_USERNAME",
      "UV_INDEX_MY_OWN_PASSWORD",
      "UV_KEYRING_PROVIDER",
      "NETRC",
      "SSL_CERT_FILE",
      "GIT_CONFIG_COUNT",
      "GIT_SSH_COMMAND",
    ];
    assert.deepEqual(buildEnvironmentProblems(Object.fromEntries(good.map((key) => [key, "x"]))), []);
    const bad = [
      "PATH",
      "UV_INDEX_URL",
      "UV_INDEX__TOKEN",
      "uv_keyring_provider",
      "XNETRC",
      "NETRC2",
      "GIT_",
      "GIT_A-B",
      "LD_PRELOAD",
    ];
    const problems = buildEnvironmentProblems(Object.fromEntries(bad.map((key) => [key, "SECRET"])));
    assert.deepEqual(
      problems.map((p) => p.key),
      bad,
    );
    for (const { key, message } of problems) {
      assert.ok(message.includes(JSON.stringify(key)) && message.includes("UV_INDEX_<NAME>_PASSWORD"));
      assert.ok(!message.includes("SECRET"));
    }
  });
});

describe("secret values", () => {
  it("are passwords, tokens in place of user names, and what URLs carry", () => {
    const secrets = secretValues(
      {
        UV_INDEX_CORP_USERNAME: "aws",
        UV_INDEX_CORP_PASSWORD: "machine-pw",
        UV_INDEX_TOK_USERNAME: "lonely-token",
        UV_INDEX_URL: "https://u:url-pw@host/simple",
        HTTPS_PROXY: "http://p:proxy-pw@proxy:1",
        GIT_CONFIG_VALUE_0: "AUTHORIZATION: basic abc",
        HOME: "/home/u",
      },
      { UV_INDEX_B_PASSWORD: "given-pw", UV_INDEX_B_USERNAME: "user", UV_KEYRING_PROVIDER: "subprocess", NETRC: "/n" },
    );
    for (const secret of [
      "machine-pw",
      "lonely-token",
      "url-pw",
      "proxy-pw",
      "AUTHORIZATION: basic abc",
      "given-pw",
      "/n",
    ]) {
      assert.ok(secrets.includes(secret), secret);
    }
    // Words that are in every message must stay readable.
    for (const word of ["aws", "user", "subprocess", "/home/u", ""]) assert.ok(!secrets.includes(word), word);
  });
});
