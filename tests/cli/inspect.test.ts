import assert from "node:assert/strict";
import * as fs from "node:fs";
import { pathToFileURL } from "node:url";
import { treemap } from "../../provider/cli/treemap.js";
import { CliBench } from "../support/cli.js";
import { runCommand } from "../support/commands.js";
import { findTool } from "../support/machine.js";
import { zip } from "../support/wheels.js";

/** An archive with two packages, bytecode, and own files; one name would be markup if it were not escaped. */
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

describe("uvlambda inspect", function () {
  this.timeout(120_000);
  let bench: CliBench;

  before(function () {
    const opened = CliBench.open();
    if (opened === undefined) this.skip();
    bench = opened;
    bench.write("", { "code.zip": archive(), "broken.zip": archive().subarray(0, 4000), empty: "" });
  });
  after(() => bench?.remove());

  it("tells packages apart by RECORD, bytecode included, the largest first", async () => {
    const { code, stdout, stderr } = await bench.run(["inspect", "code.zip"]);
    assert.equal(code, 0, stderr);
    const rows = stdout
      .trimEnd()
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

  it("refuses what is no archive, in words", async () => {
    for (const [file, errorCode, says] of [
      ["nothing.zip", "INVALID_INPUT", /ARCHIVE: .*does not exist/],
      [".", "INVALID_INPUT", /ARCHIVE: .*is not a file/],
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
    assert.equal((await bench.run(["inspect", "code.zip", "--html", "no/such/folder.html"])).code, 2);
  });

  it("draws a page that needs nothing from outside and runs nothing", async () => {
    await bench.run(["inspect", "code.zip", "--html", "page.html"]);
    const page = fs.readFileSync(bench.at("page.html"), "utf8");
    assert.match(page, /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
    assert.doesNotMatch(page, /<script|https?:|src=|href=|url\(|@import| style=/);
    assert.match(page, /&lt;script&gt;alert/);
  });

  it("which a browser shows as it is meant", async function () {
    const chromium = findTool("chromium", "UVLAMBDA_TEST_CHROMIUM");
    if (chromium === undefined) {
      console.log("      skipped: needs chromium on PATH or in UVLAMBDA_TEST_CHROMIUM");
      this.skip();
    }
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

describe("treemap", () => {
  const area = { x: 0, y: 0, width: 300, height: 200 };

  it("gives each weight its share, inside the area, nothing twice", () => {
    const weights = [50, 20, 10, 10, 5, 3, 1, 1];
    const boxes = treemap(weights, area);
    for (const [i, { x, y, width, height }] of boxes.entries()) {
      assert.ok(Math.abs(width * height - weights[i]! * 600) < 1e-6);
      assert.ok(x >= 0 && y >= 0 && x + width <= 300 + 1e-6 && y + height <= 200 + 1e-6);
      for (const other of boxes.slice(0, i)) {
        const overlapX = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        const overlapY = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        assert.ok(overlapX < 1e-6 || overlapY < 1e-6);
      }
    }
  });

  it("keeps boxes near to squares", () => {
    for (const { width, height } of treemap(
      Array.from({ length: 24 }, () => 1),
      area,
    ))
      assert.ok(Math.max(width / height, height / width) < 2);
  });

  it("copes with nothing and with zeros", () => {
    assert.deepEqual(treemap([], area), []);
    assert.equal(treemap([0, 0], area).length, 2);
    for (const box of treemap([5, 0, 0], area)) assert.ok(Object.values(box).every((value) => Number.isFinite(value)));
  });
});
