import assert from "node:assert/strict";
import * as fc from "fast-check";
import { redact, redactUrl } from "../../../provider/lib/redaction/redact.js";
import { urlSecrets } from "../../../provider/lib/redaction/urlParts.js";
import { anySecret, encodings, found, seed, token } from "../../support/secrets.js";

describe("redaction, with random secrets", function () {
  this.timeout(60_000);
  const settings = { seed, numRuns: 200 };

  for (const [name, encode] of Object.entries(encodings)) {
    it(`finds a known secret written as ${name} (seed ${seed})`, () => {
      fc.assert(
        fc.property(anySecret, fc.string(), fc.string(), (secret, before, after) => {
          const text = `${before} ${encode(secret)} ${after}`;
          assert.deepEqual(found(redact(text, [secret]), secret), [], text);
        }),
        settings,
      );
    });
  }

  for (const [layer, encode] of [
    ["as it is", (url: string) => url],
    ["percent-encoded", encodeURIComponent],
    ["percent-encoded twice", (url: string) => encodeURIComponent(encodeURIComponent(url))],
    ["with its at sign and question mark encoded", (url: string) => url.replace("@", "%40").replace("?", "%3F")],
    ["in a purl", (url: string) => `pkg:pypi/x@1.0?download_url=${url.replace("@", "%40").replaceAll("&", "%26")}`],
  ] as const) {
    it(`finds unknown credentials in a URL ${layer} (seed ${seed})`, () => {
      fc.assert(
        fc.property(token, token, token, (user, password, signature) => {
          const url = `https://${user}:${password}@host.example:8443/a/b-1.0-py3-none-any.whl?sv=2020-08-04&X-Amz-Signature=${signature}&x=1`;
          const result = redactUrl(`see ${encode(url)} there`);
          for (const secret of [user, password, signature]) assert.deepEqual(found(result, secret), [], result);
          assert.match(result, /host\.example.*b-1\.0-py3-none-any\.whl/);
        }),
        settings,
      );
    });
  }

  it(`collects what the URLs of a lock hold, and nothing that is a word (seed ${seed})`, () => {
    fc.assert(
      fc.property(token, token, token, (password, signature, lonely) => {
        const lock = [
          `url = "https://python:${encodeURIComponent(password)}@host/x-1.0.whl?unknown=${signature}&version=1.2.3"`,
          `git = "https://${lonely}@host/repo.git?rev=0123456789abcdef0123456789abcdef01234567#fedcba"`,
          `url = "https://direct@host/simple"`,
        ].join("\n");
        const secrets = urlSecrets(lock);
        for (const secret of [password, signature, lonely]) assert.ok(secrets.includes(secret), secret);
        for (const word of ["python", "direct", "1.2.3", "0123456789abcdef0123456789abcdef01234567"])
          assert.ok(!secrets.includes(word), word);
        const message =
          "directdep needs python 3.13, found in /usr/lib/python3 at rev 0123456789abcdef0123456789abcdef01234567";
        assert.equal(redact(message, secrets), message);
      }),
      settings,
    );
  });

  it("takes the user name for the token if the password is a placeholder", () => {
    for (const url of [
      "https://tok-1a2b3c:x-oauth-basic@host/r.git",
      "https://tok-1a2b3c:@host/r.git",
      "https://tok-1a2b3c@host/r.git",
    ])
      assert.ok(urlSecrets(url).includes("tok-1a2b3c"), url);
    assert.deepEqual(urlSecrets("https://__token__:pypi-Ag1@host/"), ["pypi-Ag1", "__token__:pypi-Ag1"]);
    assert.deepEqual(urlSecrets("https://host/simple/?page=2&format=json"), []);
  });
});
