import assert from "node:assert/strict";
import * as fs from "node:fs";
import { pathToFileURL } from "node:url";
import { CliBench } from "../support/cli.js";
import { runCommand } from "../support/commands.js";
import { findTool } from "../support/machine.js";
import { skip } from "../support/skip.js";
import { zip } from "../support/wheels.js";

/** An archive with two packages, bytecode and own files. One name would be markup if it were not escaped. */
function archive(): Buffer {
  return zip({
    "big/__init__.py": "x".repeat(6000),
    "big/__pycache__/__init__.cpython-313.pyc": "y".repeat(1000),
    "big-2.0.dist-info/METADATA": "Name: big\n",
    "big-2.0.dist-info/RECORD":
      "big/__init__.py,sha256=x,6000\nbig-2.0.dist-info/METADATA,,\nbig-2.0.dist-info/RECORD,,\n",
    "small_one/a,b.py": "z".repeat(500),
    "small_one-1.5.dist-info/RECORD": '"small_one/a,b.py",,\nsmall_one-1.5.dist-info/RECORD,,\n',
    "handler.py": "h".repeat(200),
    "<script>alert(1)</script>.py": "h".repeat(100),
  });
}

/** The part of the output of `--json` that tests read. */
interface Inspected {
  readonly limit: number;
  readonly unzipped: number;
  readonly zipped?: number;
  readonly packages: readonly { readonly name: string | null; readonly unzipped: number }[];
  readonly suggestions: readonly unknown[];
}

describe("uvlambda inspect", function () {
  this.timeout(120_000);
  let bench: CliBench;

  before(function () {
    bench = CliBench.openOrSkip(this);
    bench.write("", { "code.zip": archive(), "broken.zip": archive().subarray(0, 4000), empty: "" });
  });
  after(() => bench?.remove());

  it("assigns files to packages by RECORD, bytecode included, the largest package first", async () => {
    const { code, stdout, stderr } = await bench.run(["inspect", "code.zip"]);
    assert.equal(code, 0, stderr);
    const rows = stdout
      .split("\n\n")[0]!
      .split("\n")
      .map((line) => line.split(/\s{2,}/));
    assert.deepEqual(rows[0], ["package", "unzipped", "zipped", "files", "share"]);
    assert.deepEqual(
      rows.slice(1).map(([name, , , files]) => [name, files]),
      [
        ["big 2.0", "4"],
        ["small_one 1.5", "2"],
        ["(own files)", "2"],
        ["total", "8"],
      ],
    );
    assert.equal(rows[3]![1], "300 B");
    assert.equal(rows[4]![4], "100.0%");
  });

  it("refuses what is not an archive, with a message", async () => {
    for (const [file, errorCode, says] of [
      ["nothing.zip", "INVALID_INPUT", /ARTIFACT: .*does not exist/],
      ["/dev/null", "INVALID_INPUT", /ARTIFACT: .*is neither an archive nor a folder/],
      ["broken.zip", "BAD_FILE", /broken\.zip cannot be read as a zip/],
      ["empty", "BAD_FILE", /empty cannot be read as a zip/],
    ] as const) {
      const { code, stdout } = await bench.run(["inspect", file]);
      const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
      assert.equal(error.code, errorCode);
      assert.match(error.message, says);
      assert.equal(code, 2);
    }
    assert.equal((await bench.run(["inspect"])).code, 2);
    const second = await bench.run(["inspect", "code.zip", "nothing.zip"]);
    assert.match(second.stdout, /NEWER: .*does not exist/);
    assert.equal((await bench.run(["inspect", "code.zip", "code.zip", "--html", "page.html"])).code, 2);
    assert.equal((await bench.run(["inspect", "code.zip", "--html", "no/such/folder.html"])).code, 2);
  });

  /** Sizes by package, as `--json` has them. */
  async function inspected(...args: string[]): Promise<Inspected> {
    const { code, stdout, stderr } = await bench.run(["inspect", ...args, "--json"]);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout) as Inspected;
  }

  const packageSizes = ({ packages }: Inspected) => packages.map(({ name, unzipped }) => [name, unzipped]);

  it("has the same as JSON, in bytes", async () => {
    const report = await inspected("code.zip");
    assert.deepEqual(packageSizes(report), [
      ["big", 7096],
      ["small_one", 554],
      [null, 300],
    ]);
    assert.equal(report.limit, 262_144_000);
    assert.equal(report.unzipped, 7950);
    assert.ok(report.zipped! > 0);
  });

  it("reads folders, unpacked layers, the context of an image, and what --out wrote", async () => {
    const files: [string, string][] = [
      ["dep/__init__.py", "d".repeat(1000)],
      ["dep-1.0.dist-info/RECORD", "dep/__init__.py,,\ndep-1.0.dist-info/RECORD,,\n"],
    ];
    const below = (prefix: string) => Object.fromEntries(files.map(([name, text]) => [`${prefix}${name}`, text]));
    const own = "x".repeat(50);
    bench.write("", {
      ...below("plain/"),
      "plain/handler.py": own,
      ...below("layer/python/"),
      "layer/handler.py": own,
      ...below("image/context/dependencies/"),
      "image/context/code/handler.py": own,
      "image/context/Dockerfile": "FROM x\n",
      "out/code.zip": zip({ "handler.py": own }),
      "out/layer.zip": zip(below("python/")),
      "out/notes.txt": "not of it",
    });
    const expected = [
      ["dep", 1000 + files[1]![1].length],
      [null, 50],
    ];
    for (const place of ["plain", "layer", "image", "image/context", "out"])
      assert.deepEqual(packageSizes(await inspected(place)), expected, place);
    assert.equal((await inspected("image")).limit, 10 * 1024 ** 3);
    assert.equal((await inspected("plain")).zipped, undefined);
    assert.equal(typeof (await inspected("out")).zipped, "number");
    const { stdout } = await bench.run(["inspect", "plain"]);
    assert.match(stdout, /^dep 1\.0 +1\.0 KB +- /m);
  });

  it("draws a bar for Lambda's limit", async () => {
    bench.write("", { "half/data.bin": "" });
    fs.truncateSync(bench.at("half/data.bin"), 131_072_000);
    const { stdout } = await bench.run(["inspect", "half"]);
    assert.match(stdout, /^\[#{20}\.{20}\] 131 MB of the 262 MB that Lambda allows unzipped \(50\.0%\)$/m);
    fs.truncateSync(bench.at("half/data.bin"), 999_000_000);
    assert.match((await bench.run(["inspect", "half"])).stdout, /^\[#{40}\] 999 MB /m);
  });

  it("says what grew from one to another", async () => {
    const record = (name: string, version: string, size: number) => ({
      [`${name}/__init__.py`]: "x".repeat(size),
      [`${name}-${version}.dist-info/RECORD`]: `${name}/__init__.py,,\n${name}-${version}.dist-info/RECORD,,\n`,
    });
    bench.write("", {
      "old.zip": zip({ ...record("same", "1", 10), ...record("bumped", "1", 100), ...record("gone", "1", 300) }),
      "new.zip": zip({ ...record("same", "1", 10), ...record("bumped", "2", 5100), ...record("more", "3", 40) }),
    });
    const { code, stdout } = await bench.run(["inspect", "old.zip", "new.zip"]);
    assert.equal(code, 0);
    const rows = stdout.split("\n").map((line) => line.split(/\s{2,}/));
    assert.deepEqual(rows.map(([name]) => name).filter(Boolean), [
      "package",
      "bumped 1 => 2",
      "gone 1 (gone)",
      "more 3 (new)",
      "total",
    ]);
    assert.equal(rows[1]!.at(-1), "+5.0 KB");
    const { stdout: text } = await bench.run(["inspect", "old.zip", "new.zip", "--json"]);
    const { packages } = JSON.parse(text) as { packages: { name: string; grew: number }[] };
    assert.deepEqual(packages[0], {
      name: "bumped",
      before: { ...(packages[0] as unknown as { before: object }).before, version: "1" },
      after: { ...(packages[0] as unknown as { after: object }).after, version: "2" },
      grew: 5000,
    });
    assert.match((await bench.run(["inspect", "old.zip", "old.zip"])).stdout, /No package differs/);
  });

  it("suggests what could be left out, with what it saves", async () => {
    const owned = (name: string, files: Record<string, number>) => ({
      ...Object.fromEntries(Object.entries(files).map(([file, size]) => [file, "x".repeat(size)])),
      [`${name}-1.dist-info/RECORD`]: Object.keys(files)
        .map((file) => `${file},,\n`)
        .join(""),
    });
    bench.write("", {
      "fat.zip": zip({
        ...owned("boto3", { "boto3/a.py": 100_000 }),
        ...owned("botocore", { "botocore/a.json": 300_000 }),
        ...owned("numpy", { "numpy/a.py": 500_000, "numpy/tests/test_a.py": 150_000, "numpy/a.pyi": 50_000 }),
        "tests/own.py": "x".repeat(900_000),
      }),
    });
    const { suggestions } = await inspected("fat.zip");
    assert.deepEqual(suggestions, [
      {
        what: "packages that Lambda's runtime contains",
        input: "prune",
        value: ["boto3"],
        saves: 400_000 + 13 + 18 - 31,
      },
      { what: "tests of packages", input: "dependencyExclude", value: ["**/tests/**", "**/test/**"], saves: 150_000 },
    ]);
    const { stdout } = await bench.run(["inspect", "fat.zip"]);
    assert.match(
      stdout,
      /^ {2}150 KB: tests of packages \(dependencyExclude: \["\*\*\/tests\/\*\*","\*\*\/test\/\*\*"\]\)$/m,
    );
    assert.doesNotMatch((await bench.run(["inspect", "code.zip"])).stdout, /could be left out/);
  });

  it("prints no control characters from an archive", async () => {
    const evil = "evil\x1b[2J\x1b]0;pwned\x07";
    bench.write("", {
      "evil.zip": zip({
        [`${evil}-1.0.dist-info/RECORD`]: `${evil}/__init__.py,,\n`,
        [`${evil}/__init__.py`]: "x",
        "\x9b31mown.py": "x",
      }),
    });
    for (const args of [
      ["evil.zip"],
      ["evil.zip", "code.zip"],
      ["evil.zip", "--json"],
      ["evil.zip", "--html", "e.html"],
    ]) {
      const { code, stdout, stderr } = await bench.run(["inspect", ...args]);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    }
    assert.doesNotMatch(fs.readFileSync(bench.at("e.html"), "utf8"), /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it("does not read a RECORD that unpacks to more than any package has", async () => {
    const bomb = "a,,\n".repeat(10_000_000);
    bench.write("", { "bomb.zip": zip({ "bomb-1.0.dist-info/RECORD": bomb }) });
    const { code, stdout } = await bench.run(["inspect", "bomb.zip", "--json"], {
      env: { NODE_OPTIONS: "--max-old-space-size=100" },
    });
    assert.equal(code, 0);
    assert.deepEqual(packageSizes(JSON.parse(stdout) as Inspected), [[null, bomb.length]]);
  });

  it("draws a page that needs nothing from outside and runs nothing", async () => {
    await bench.run(["inspect", "code.zip", "--html", "page.html"]);
    const page = fs.readFileSync(bench.at("page.html"), "utf8");
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
    assert.doesNotMatch(page, /<script|https?:|src=|href=|url\(|@import| style=/);
    assert.match(page, /&lt;script&gt;alert/);
  });

  it("draws a page that a browser shows as intended", async function () {
    const chromium = findTool("chromium", "UVLAMBDA_TEST_CHROMIUM");
    if (chromium === undefined) skip(this, "needs chromium on PATH or in UVLAMBDA_TEST_CHROMIUM");
    await bench.run(["inspect", "code.zip", "--html", "page.html"]);
    // A copy that measures itself: the policy must let exactly this script run, and still the style.
    const page = fs.readFileSync(bench.at("page.html"), "utf8");
    const measure =
      "const boxes=[...document.querySelectorAll('.map svg')].map(s=>s.getBoundingClientRect());" +
      "document.body.dataset.boxes=JSON.stringify(boxes.map(b=>Math.round(b.width*b.height)));" +
      "document.body.dataset.fill=getComputedStyle(document.querySelector('.map rect')).fill;" +
      "document.body.dataset.wide=String(document.documentElement.scrollWidth<=innerWidth);";
    const open = page.replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'");
    bench.write("", { "measured.html": open.replace("</body>", `<script>${measure}</script></body>`) });
    const show = [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--window-size=1300,900",
      `--user-data-dir=${bench.at("chrome")}`,
    ];
    const url = pathToFileURL(bench.at("measured.html")).href;
    const { stdout, stderr } = await runCommand([chromium, ...show, "--dump-dom", url], {
      cwd: bench.folder,
      env: bench.env,
    });
    const attribute = (name: string) =>
      new RegExp(`data-${name}="([^"]*)"`).exec(stdout)?.[1]?.replaceAll("&quot;", '"');
    const boxes = JSON.parse(attribute("boxes") ?? "null") as number[];
    assert.ok(boxes !== null, stderr);
    assert.equal(boxes.length, 3);
    const total = boxes.reduce((sum, surface) => sum + surface, 0);
    const expected = [6000 + 1000 + 10 + 96, 500 + 52, 300];
    const bytes = expected.reduce((sum, size) => sum + size, 0);
    for (const [i, surface] of boxes.entries())
      assert.ok(Math.abs(surface / total - expected[i]! / bytes) < 0.02, `${boxes}`);
    assert.equal(attribute("fill"), "rgb(47, 111, 176)", "the policy must let the page's own style through");
    assert.equal(attribute("wide"), "true", "nothing stands over the window's edge");
  });
});
