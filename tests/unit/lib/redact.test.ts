import assert from "node:assert/strict";
import { redact, redactUrl } from "../../../provider/lib/redaction/redact.js";

/** Random numbers that are the same for the same seed (mulberry32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const characters = Array.from("abcXYZ0189/+=@:?&#%$!'\"()[]{}<>\\ ~._-,;|^`äß漢🔑");

function randomText(random: (below: number) => number, min: number, max: number): string {
  return Array.from({ length: min + random(max - min + 1) }, () => characters[random(characters.length)]).join("");
}

function randomSecret(random: (below: number) => number): string {
  return `${randomText(random, 3, 20).trim()}k${random(10)}Zq`;
}

/** Every form in which a text may contain a secret. */
const writings: Record<string, (secret: string) => string> = {
  plain: (s) => s,
  "in quotes": (s) => `"${s}"`,
  "percent-encoded": encodeURIComponent,
  "percent-encoded in lower case": (s) => encodeURIComponent(s).replace(/%../g, (hex) => hex.toLowerCase()),
  "every byte percent-encoded": (s) => [...Buffer.from(s)].map((b) => `%${b.toString(16).padStart(2, "0")}`).join(""),
  "in a URL": (s) => `https://user:${encodeURIComponent(s)}@host/path`,
  "set by the URL class": (s) => {
    const url = new URL("https://user@host/path");
    url.password = s;
    return url.href;
  },
  "basic authentication": (s) => Buffer.from(`user:${s}`).toString("base64"),
  "basic authentication, longer user": (s) => Buffer.from(`user2:${s}`).toString("base64"),
  "basic authentication, other user": (s) => Buffer.from(`user42:${s}`).toString("base64"),
  "Base64 for URLs": (s) => Buffer.from(s).toString("base64url"),
  JSON: (s) => JSON.stringify({ password: s }),
};

describe("redact", function () {
  this.timeout(30_000);
  const seed = Number(process.env["UVLAMBDA_TEST_SEED"] ?? 20260101);

  for (const [name, write] of Object.entries(writings)) {
    it(`leaves no trace of a secret written ${name} (seed ${seed})`, () => {
      const random = generator(seed);
      for (let round = 0; round < 300; round++) {
        const secrets = Array.from({ length: 1 + random(3) }, () => randomSecret(random));
        const written = secrets.map(write);
        const text = written.map((w) => `${randomText(random, 0, 12)} ${w} ${randomText(random, 0, 12)}`).join("\n");
        const result = redact(text, secrets);
        for (const part of [...secrets, ...written]) {
          assert.ok(!result.includes(part), `round ${round}: ${JSON.stringify({ part, text, result })}`);
        }
      }
    });
  }

  it(`changes nothing where there is nothing to hide (seed ${seed})`, () => {
    const random = generator(seed);
    for (let round = 0; round < 300; round++) {
      const text = randomText(random, 0, 60).replace(/[:=]/g, "");
      assert.equal(redact(text, ["a secret that is not there"]), text);
    }
  });

  it("removes overlapping secrets whole", () => {
    assert.equal(redact("xx abcdefgh yy", ["abcdef", "cdefgh", "abcdefg"]), "xx *** yy");
    assert.equal(redact("ababababa", ["ababa"]), "***");
  });

  it("removes the longer of two secrets when one begins like the other", () => {
    assert.equal(redact("token-1234", ["token", "token-1234"]), "***");
  });

  it("ignores values that are too short to be secrets", () => {
    assert.equal(redact("exit 1 on line 10", ["", "1", "on", "   ", "\n"]), "exit 1 on line 10");
  });

  it("removes each line of a secret of several lines, as a child prints them", () => {
    const key = "-----BEGIN KEY-----\nMIIabcdef0123\n/ghijkl4567==\n-----END KEY-----\n";
    assert.equal(redact("read MIIabcdef0123 and then /ghijkl4567==", [key]), "read *** and then ***");
  });

  it("keeps what surrounds a secret", () => {
    assert.equal(
      redact("error: password hunter22 was refused by host", ["hunter22"]),
      "error: password *** was refused by host",
    );
    assert.equal(redact("a%20b?x=hun%74er22&y=1", ["hunter22"]), "a%20b?x=***&y=1");
  });
});

describe("redactUrl", () => {
  const cases: [string, string][] = [
    ["https://user:pass@host/simple/", "https://***@host/simple/"],
    ["https://ghp_abc123@github.com/o/r.git", "https://***@github.com/o/r.git"],
    ["https://user:p@ss@host/x", "https://***@host/x"],
    ["https://user:pa/ss#wo?rd@host/x", "https://***@host/x"],
    ["https://:pass@host:8443/x", "https://***@host:8443/x"],
    ["git+https://user:pass@host/r.git@v1#egg=x", "git+https://***@host/r.git@v1#egg=x"],
    ["git+ssh://git:pass@host/r.git", "git+ssh://***@host/r.git"],
    ["cannot reach `https://u:p@a/x`, 'https://u:p@b/y'", "cannot reach `https://***@a/x`, 'https://***@b/y'"],
    [
      "https://b.s3.amazonaws.com/k?X-Amz-Credential=AK%2F1&X-Amz-Signature=0a1b&v=2",
      "https://b.s3.amazonaws.com/k?X-Amz-Credential=***&X-Amz-Signature=***&v=2",
    ],
    ["https://h/f?sv=2020&sig=ab%2Bc%3D#frag", "https://h/f?sv=2020&sig=***#frag"],
    [
      "https://h/f?token=t0k&access_token=u&private-token=v&apiKey=w&name=x",
      "https://h/f?token=***&access_token=***&private-token=***&apiKey=***&name=x",
    ],
    ["Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic ***"],
    ['"authorization": "Bearer abc.def", next', '"authorization": "Bearer ***", next'],
  ];
  for (const [text, expected] of cases) {
    it(`hides the credentials in ${text}`, () => assert.equal(redactUrl(text), expected));
  }

  for (const text of [
    "https://host/simple/",
    "https://host:8080/@scope/pkg",
    "ssh://git@github.com/o/r.git",
    "git@github.com:o/r.git",
    "https://host/pkg@1.0/file.whl#sha256=abc",
    "https://host/?page=2&monkey=1",
    "basic authentication failed for host",
    "user@example.com",
  ]) {
    it(`leaves ${text} alone`, () => assert.equal(redactUrl(text), text));
  }
});
