import { strict as assert } from "node:assert";
import { pyproject, type Files } from "../../support/scratch.js";
import { ownFilesBench } from "./ownFilesBench.js";

const block = (label: string) => `-----BEGIN ${label}-----\n${"QUJD".repeat(16)}\n-----END ${label}-----\n`;
const certificate = block("CERTIFICATE");
const publicKey = block("PUBLIC KEY");
const privateKey = block("RSA PRIVATE KEY");

describe("the defaults for own files", () => {
  const { packed } = ownFilesBench();

  describe("leaves out by default", () => {
    const left = [
      ".uvlambda/a",
      "env/pyvenv.cfg",
      "env/lib/x.py",
      ".venv/x",
      "node_modules/a/index.js",
      ".git/HEAD",
      ".gitignore",
      ".hidden/x",
      "app/.env",
      ".env.prod",
      "key.pem",
      "app/key.pem",
      "app/__pycache__/a.pyc",
      "a.pyc",
      ".mypy_cache/x",
      ".pytest_cache/x",
      ".ruff_cache/x",
      "htmlcov/x",
      "dist/x.whl",
      "build/lib/x.py",
      "app.egg-info/PKG-INFO",
      "cdk.out/x",
      ".terraform/x",
      "tests/test_a.py",
      "README.md",
      "readme.rst",
      "LICENSE",
      "LICENSE.txt",
      "Dockerfile",
      "Dockerfile.dev",
      "Pulumi.dev.yaml",
      "infra/Pulumi.yaml",
      "infra/index.py",
      "infra/sub/x.py",
      "lib/pyproject.toml",
      "lib/dist/x.whl",
      "lib/build/x.py",
      ".DS_Store",
      "test/helper.py",
      "test_main.py",
      "app/test_main.py",
      "app/deep/main_test.py",
      "conftest.py",
      "app/conftest.py",
      "main.tf",
      "app/prod.tfvars",
      "app/terraform.tfstate.backup",
      "terraform/main.tf",
      "terraform/build.py",
      "terraform/modules/x.py",
      ...["Makefile", "NOTES.md", "api.Dockerfile", "docker-compose.override.yml", "compose.yaml", "Pipfile.lock"],
      ...["requirements-dev.txt", "tox.ini", "pytest.ini", "noxfile.py", "setup.cfg", "cdk.json", "template.yml"],
      ...["samconfig.toml", "serverless.yml", "sst.config.ts", "package-lock.json"],
      ...[
        "poetry.lock",
        "handler.py.lock",
        "jobs/load.py.lock",
        "pdm.lock",
        "requirements-dev.lock",
        "pylock.dev.toml",
        "yarn.lock",
        "pnpm-lock.yaml",
      ],
      ...["tsconfig.cdk.json", "mypy.ini", "ruff.toml", "MANIFEST.in", "mkdocs.yml", "buildspec-dev.yaml"],
      ...["justfile", "Justfile", "Taskfile.yml"],
      "wheels/alpha-1.0-py3-none-any.whl",
      "wheels/index.html",
      "links/beta-1.0.tar.gz",
      "toml-links/gamma-1.0.tar.gz",
      "docker/certs/server.pem",
      "uv.toml",
    ];
    const marks = { "env/pyvenv.cfg": "", "infra/Pulumi.yaml": "", "lib/pyproject.toml": "", "terraform/main.tf": "" };
    const index =
      '[[tool.uv.index]]\nurl = "./wheels"\nformat = "flat"\n[tool.uv]\nfind-links = ["links", "https://example.com/x"]\n';
    const uv = { "pyproject.toml": pyproject("app", index), "uv.toml": 'find-links = ["toml-links"]\n' };
    const keys: Files = { "docker/certs/server.pem": `${certificate}${privateKey}` };
    for (const file of left)
      it(file, async () =>
        assert.deepEqual(await packed({ "keep.py": "", ...marks, [file]: "", ...uv, ...keys }), ["keep.py"]),
      );
  });

  describe("does not take code for leftovers:", () => {
    const kept = [
      "license_check.py",
      "LICENSE_rules.py",
      "README_parser.py",
      "app/tests/data.json",
      "app/static/dist/a.js",
      "app/poetry.lock",
      "data/pylock.toml",
      "build.py",
      "dist/__init__.py",
      "environment.py",
      "tests.py",
      "Dockerfile_parser.py",
      "pulumi_helper.py",
      "app/main.ts",
      "contest.py",
      "testing.py",
      "latest_test/a.py",
      "app/test/data.json",
      "app/Makefile",
      "app/prompt.md",
      "app/requirements.txt",
      "app/package.json",
      "compose_mail.py",
      "setup.py",
    ];
    for (const file of kept) it(file, async () => assert.deepEqual(await packed({ [file]: "" }), [file]));
  });

  it("ships certificates whatever their ending, and a package beside Terraform", async () => {
    const files = {
      "ca.pem": certificate,
      "app/ca.crt": certificate,
      "app/ca": `# CA\n${certificate}`,
      "jwt.pem": publicKey,
    };
    const tf = { "fn/__init__.py": "", "fn/lambda.tf": "" };
    assert.deepEqual(await packed({ ...files, ...tf }), [
      "app/ca",
      "app/ca.crt",
      "ca.pem",
      "fn/__init__.py",
      "jwt.pem",
    ]);
  });
});
