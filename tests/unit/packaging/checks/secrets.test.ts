import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { checkSecrets, findSecrets } from "../../../../provider/packaging/checks/secrets.js";
import { bytesEntry } from "../../../../provider/tree/fileFacts.js";

const found = async (path: string, text: string | Buffer) =>
  (await findSecrets([bytesEntry(path, Buffer.from(text))])).map(({ what }) => what).join();

const pem = (type: "pkcs1" | "pkcs8" | "sec1") => {
  const { privateKey } =
    type === "pkcs1"
      ? generateKeyPairSync("rsa", { modulusLength: 1024 })
      : generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  return privateKey.export({ type: type, format: "pem" }).toString();
};
const ed25519 = generateKeyPairSync("ed25519");
const small = ed25519.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const publicKey = ed25519.publicKey.export({ type: "spki", format: "pem" }).toString();
const certificate = `-----BEGIN CERTIFICATE-----\n${"QUJD".repeat(30)}\n-----END CERTIFICATE-----\n`;
// Put together here, so that no scanner of repositories takes them for real ones.
const awsKey = ["wJalrXUtnFEMI", "K7MDENG", "bPxRfiCYzzzzzzzzzz"].join("/").slice(0, 40).padEnd(40, "Q7");

/** So many characters of a value that looks random. */
const random = (length: number) => "aB3dE5gH7jK9mN1pQ4sT6vW8yZ0b".repeat(4).slice(0, length);
const hexadecimal = (length: number) => "a3f09c41d7e2b856".repeat(4).slice(0, length);
const utf16 = (text: string, order: "le" | "be") => {
  const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
};

describe("secrets in own files", () => {
  const secret: [what: string, path: string, text: string | Buffer, says: RegExp][] = [
    ["a PKCS#1 key", "a.txt", pem("pkcs1"), /a private key/],
    ["a PKCS#8 key behind a certificate", "conf/chain.crt", certificate + pem("pkcs8"), /a private key/],
    ["a SEC1 key", "x", pem("sec1"), /a private key/],
    ["the smallest key", "deploy.cfg", small, /a private key/],
    ["an encrypted key", "k", small.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"), /a private key/],
    ["a user of Kubernetes", "kube.yaml", `    client-key-data: ${"LS0tLS1C".repeat(20)}\n`, /Kubernetes/],
    ["an OpenSSH key", "k", small.replaceAll("PRIVATE", "OPENSSH PRIVATE"), /a private key/],
    [
      "a key with headers",
      "k",
      small.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n"),
      /private key/,
    ],
    ["a key in JSON", "settings.json", JSON.stringify({ key: small }), /a private key/],
    ["a key in Python", "settings.py", `KEY = """${small}"""\n`, /a private key/],
    ["a key of Windows lines", "k", small.replaceAll("\n", "\r\n"), /a private key/],
    ["a PuTTY key", "k", "PuTTY-User-Key-File-3: ssh-ed25519\n", /a private key/],
    ["a service account", "sa.json", JSON.stringify({ type: "service_account", private_key: small }), /Google/],
    [
      "a Google user",
      "adc.json",
      '{"type": "authorized_user", "refresh_token": "1//0abcdefghijklmnopqrstu"}',
      /Google/,
    ],
    ["AWS credentials", "aws/credentials", `[default]\naws_secret_access_key = ${awsKey}\n`, /of AWS/],
    ["AWS credentials in code", "c.py", `client(aws_secret_access_key="${awsKey}")`, /of AWS/],
    ["AWS credentials in an environment", "vars.sh", `export AWS_SECRET_ACCESS_KEY=${awsKey}\n`, /of AWS/],
    ["Terraform's state", "x/terraform.tfstate", "{}", /Terraform/],
    ["its backup", "terraform.tfstate.1.backup", "{}", /Terraform/],
    ["*.key", "tls/server.key", "\x30\x82", /by its name/],
    ["*.p12", "apns.P12", "\x30", /by its name/],
    ["*.pfx", "a.pfx", "\x30", /by its name/],
    ["id_rsa", "ssh/id_rsa", "x", /by its name/],
    ["id_ed25519.old", "id_ed25519.old", "x", /by its name/],
    [".pypirc", "pkg/.pypirc", "[pypi]", /by its name/],
    [".netrc", ".netrc", "machine x", /by its name/],
    ["a key in UTF-16", "k.txt", utf16(pem("pkcs8"), "le"), /a private key/],
    ["a key in UTF-16 of the other order", "k.txt", utf16(pem("pkcs8"), "be"), /a private key/],
    ["an access key as the CLI prints it", "a.json", `"SecretAccessKey": "${awsKey}"`, /of AWS/],
    ["an access key of the console", "a.csv", `Access key ID,Secret\nAKIA${"Q7ZK".repeat(4)},${awsKey}\n`, /of AWS/],
    ["a JWK", "k.json", JSON.stringify({ kty: "EC", crv: "P-256", d: random(43) }), /private key as JSON/],
    ["a login of a registry", "config.json", '{"auths": {"r.io": {"auth": "dXNlcjpwYXNz"}}}', /container registry/],
    ["a token of GitHub", "a.py", `TOKEN = "ghp_${random(36)}"`, /GitHub/],
    ["a fine-grained token of GitHub", "a", `github_pat_${random(22)}_${random(59)}`, /GitHub/],
    ["a token in a URL", "a", `https://x:ghs_${random(36)}@github.com/a/b`, /GitHub/],
    ["a token of GitLab", "a", `glpat-${random(20)}\n`, /GitLab/],
    ["a token of Slack", "a.py", `'xoxb-1203944556677-1203944556678-${random(24)}'`, /Slack/],
    ["a webhook", "a", `https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/${random(24)}`, /webhook of Slack/],
    ["a token of npm", "npmrc", `//npm.example.com/:_authToken=npm_${random(36)}`, /npm/],
    ["a token of PyPI", "a", `pypi-AgEIcHlwaS5vcmc${random(80)}`, /PyPI/],
    ["a key of Stripe", "a", `sk_live_${random(24)}`, /Stripe/],
    ["a key of SendGrid", "a", `SG.${random(22)}.${random(43)}`, /SendGrid/],
    ["a key of Anthropic", "a", `sk-ant-api03-${random(93)}AA`, /Anthropic/],
    ["a key of OpenAI", "a", `sk-proj-${random(74)}T3BlbkFJ${random(74)}`, /OpenAI/],
    ["a token of Hugging Face", "a", `hf_${random(80).replace(/\d/g, "").slice(0, 34)}`, /Hugging Face/],
    ["a token of DigitalOcean", "a", `dop_v1_${hexadecimal(64)}`, /DigitalOcean/],
    ["a token of Pulumi", "a", `pul-${hexadecimal(40)}`, /Pulumi/],
    ["a client secret of Google", "a.json", `"client_secret":"GOCSPX-${random(28)}"`, /of Google/],
    ["a key of Azure", "a", `AccountName=x;AccountKey=${random(86)}==;EndpointSuffix=x`, /Azure/],
    ["a key of age", "a", `AGE-SECRET-KEY-1${"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".repeat(2).slice(0, 58)}`, /of age/],
    [".env of a package", "lib/.env", "DB_PASSWORD=s3cret-value\n", /of an environment/],
    ["prod.env", "conf/prod.env", "A=1\nexport API_KEY='k3y-of-prod'\n", /of an environment/],
    [".env.production", "lib/.env.production", "JWT_SECRET=9f8e7d6c5b\n", /of an environment/],
    ["pip.conf", "pip.conf", "[global]\nindex-url = https://me:pa55word@pypi.corp/simple\n", /package index/],
    ["uv.toml", "conf/uv.toml", '[[index]]\nurl = "https://me:pa55word@h/simple"\n', /package index/],
    [".npmrc of another registry", "lib/.npmrc", "//r.corp/:_authToken=0f1e2d3c4b5a\n", /package index/],
  ];
  for (const [what, path, text, says] of secret)
    it(`finds ${what}`, async () => assert.match(await found(path, text), says));

  const harmless: [what: string, path: string, text: string][] = [
    ["a certificate", "ca.crt", certificate],
    ["a public key by the name of a key", "jwt.key", publicKey],
    ["a public key of SSH", "id_rsa.pub", "ssh-rsa AAAA"],
    ["a module about keys", "id_rsa_reader.py", 'if "-----BEGIN PRIVATE KEY-----" in text: pass\n'],
    ["a template", "t.py", 'f"-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----"'],
    ["an elided example", "doc.txt", "-----BEGIN PRIVATE KEY-----\nMIIE...\n-----END PRIVATE KEY-----"],
    ["the key of AWS's documentation", "d.txt", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
    ["a value for tests", "t.py", 'aws_secret_access_key="testing"'],
    ["a placeholder", "t.ini", `aws_secret_access_key = ${"x".repeat(40)}`],
    ["a store of what is trusted", "truststore.jks", "\xfe\xed"],
    ["an elided user of Kubernetes", "kube.yaml", "client-key-data: REDACTED\n"],
    ["another JSON", "a.json", '{"type": "service_account"}'],
    ["a module of that name", "keys.py", "KEY = 1\n"],
    ["an empty file", "a.key", ""],
    ["a token of documentation", "a.md", `ghp_${"x".repeat(36)}`],
    ["a token that counts", "a.md", "ghp_1234567890abcdefghijklmnopqrstuvwxyz"],
    ["a longer word", "a.txt", `ghp_${random(37)}`],
    ["the end of another word", "a.txt", `Xghp_${random(36)}`],
    ["a test key of Stripe", "a.py", `sk_test_${random(24)}`],
    [
      "the key of Azure's emulator",
      "a",
      "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
    ],
    ["a public JWK", "jwks.json", JSON.stringify({ kty: "EC", crv: "P-256", x: random(43) })],
    ["a file of settings without secrets", "lib/.env", "STAGE=prod\nMAX_TOKEN=4096000000\nLOG_LEVEL=debug1234\n"],
    ["references to secrets", "prod.env", "A_SECRET=${SECRET_1234}\nB_TOKEN=arn:aws:x:1\nC_PASSWORD=/run/secrets/c1\n"],
    ["placeholders", "prod.env", "A_SECRET=changeme-123\nB_TOKEN=your-token-1\nC_PASSWORD=password\n"],
    ["an example of settings", ".env.example", "DB_PASSWORD=s3cret-value\n"],
    ["such settings elsewhere", "a.txt", "DB_PASSWORD=s3cret-value\n"],
    ["an index with variables", "pip.conf", "index-url = https://${USER}:${PASSWORD}@pypi.corp/simple\n"],
    ["an index without credentials", "uv.toml", 'url = "https://pypi.corp:8443/simple@1"\n'],
    ["a registry with a variable", ".npmrc", "//r.corp/:_authToken=${NPM_TOKEN}\n"],
    ["what tells about the package", "a-1.dist-info/METADATA", small],
  ];
  for (const [what, path, text] of harmless)
    it(`lets ${what} pass`, async () => assert.equal(await found(path, text), ""));

  it("reads hostile files of 1 MB to the end", async () => {
    for (const part of ["sk-", "\n", "export ", "a_", "pypi-AgEIcHlwaS5vcmc", "://", "://a:", ":_", "xoxb-", '"d"'])
      for (const name of ["a.txt", "x.env", "pip.conf"]) {
        // Only the prefix of PyPI's tokens, again and again, has the form of a token.
        const wanted = part.startsWith("pypi-") ? "a token of PyPI" : "";
        assert.equal(await found(name, part.repeat(1_048_576 / part.length)), wanted, `${part} in ${name}`);
      }
  }).timeout(10_000);

  it("names them all, never what they are, and those alone that are not meant", () => {
    const secrets = ["a/server.key", "b.json", "c/d.txt"].map((path) => ({ path, what: "a private key" }));
    assert.equal(checkSecrets([], [], []), undefined);
    assert.equal(checkSecrets(secrets, ["*.key", "/c/", "b.json"], []), undefined);
    assert.equal(checkSecrets(secrets, ["a", "c"], ["b.json"]), undefined);
    const finding = checkSecrets(secrets, ["/c/**"], []);
    assert.equal(finding?.code, "SECRET_FILE");
    assert.ok(finding.certain);
    assert.deepEqual(finding.message.split("\n").slice(1), [
      "  a/server.key: a private key",
      "  b.json: a private key",
    ]);
    assert.match(finding.hint ?? "", /include: \["\/a\/server\.key"\]/);
  });

  it("gives a hint that works for every name", () => {
    const secrets = [{ path: "a[1]/se{r}ver*.key", what: "a private key" }];
    const pattern = /include: (\[.*?"\])/.exec(checkSecrets(secrets, [], [])?.hint ?? "")?.[1] ?? "[]";
    assert.equal(checkSecrets(secrets, JSON.parse(pattern) as string[], []), undefined);
  });
});
