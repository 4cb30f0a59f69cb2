import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { checkSecrets, findSecrets } from "../../../../provider/packaging/checks/secrets.js";
import { bytesEntry } from "../../../../provider/tree/fileFacts.js";

const found = async (path: string, text: string, owner?: string) =>
  (await findSecrets([bytesEntry(path, Buffer.from(text), owner)])).map(({ what }) => what).join();

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

describe("secrets in own files", () => {
  const secret: [what: string, path: string, text: string, says: RegExp][] = [
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
    ["what tells about the package", "a-1.dist-info/METADATA", small],
  ];
  for (const [what, path, text] of harmless)
    it(`lets ${what} pass`, async () => assert.equal(await found(path, text), ""));

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
