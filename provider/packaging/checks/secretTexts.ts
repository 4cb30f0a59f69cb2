/** What a file's text gives away, whatever the file's name is: "a private key". */
export function textSecret(text: string): string | undefined {
  return contents.find(({ isIn }) => isIn(text))?.what ?? tokenIn(text);
}

const contents: readonly { readonly what: string; readonly isIn: (text: string) => boolean }[] = [
  { what: "credentials of a Google account", isIn: isGoogleAccount },
  { what: "a private key", isIn: hasPrivateKey },
  { what: "credentials of AWS", isIn: hasAwsKey },
  { what: "a private key of a Kubernetes user", isIn: hasKubernetesKey },
  { what: "a private key as JSON", isIn: hasPrivateJwk },
  { what: "a login of a container registry", isIn: hasDockerLogin },
];

const keyLine = /-----(BEGIN|END) (?:[A-Z0-9]{1,20} ){0,6}PRIVATE KEY(?: BLOCK)?-----/g;

/**
 * The text between a first line and the next last one. Two searches, because one pattern for both would be quadratic.
 */
function keyBodies(text: string): string[] {
  const bodies: string[] = [];
  let start: number | undefined;
  for (const { 0: line, 1: kind, index } of text.matchAll(keyLine)) {
    if (kind === "END" && start !== undefined) bodies.push(text.slice(start, index));
    start = kind === "BEGIN" ? index + line.length : undefined;
  }
  return bodies;
}

/**
 * A whole key, even as a string in JSON or Python. A module that only searches for keys contains just the first line.
 */
function hasPrivateKey(text: string): boolean {
  if (text.startsWith("PuTTY-User-Key-File-")) return true;
  if (!text.includes("PRIVATE KEY")) return false;
  return keyBodies(text).some((body) => {
    const plain = body.replace(/^[A-Za-z-]+: .*$/gm, "").replace(/\\[nrt]|[\s"'\\+,()]/g, "");
    return plain.length >= 40 && /^[A-Za-z0-9/=]+$/.test(plain);
  });
}

function isGoogleAccount(text: string): boolean {
  if (!/["']type["']\s*:\s*["'](service_account|(external_account_)?authorized_user)["']/.test(text)) return false;
  return /["'](private_key|refresh_token)["']\s*:\s*["'][^"']{20,}["']/.test(text);
}

function hasKubernetesKey(text: string): boolean {
  return /["']?client-key-data["']?\s*:\s*["']?[A-Za-z0-9+/=]{100}/.test(text);
}

/**
 * The value is 40 characters of base64: of a setting, of `aws iam create-access-key`, or of the console's CSV. The
 * example in AWS's documentation is recognisable.
 */
function hasAwsKey(text: string): boolean {
  const values = text.matchAll(
    /(?:secret_?access_?key["']?\]?\s*[=:]\s*["']?|\bA[KS]IA[A-Z0-9]{16},)([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
  );
  return [...values].some(([, value = ""]) => !value.includes("EXAMPLE") && new Set(value).size > 8);
}

function hasDockerLogin(text: string): boolean {
  return /"auths"\s*:/.test(text) && /"auth"\s*:\s*"[A-Za-z0-9+/]{8,}={0,2}"/.test(text);
}

/** A key as JSON (JWK): `d` is its private part. */
function hasPrivateJwk(text: string): boolean {
  return /"kty"\s*:\s*"(RSA|EC|OKP)"/.test(text) && /"d"\s*:\s*"[\w-]{40,}"/.test(text);
}

/**
 * Tokens that their issuer begins with a word of its own, so that they can be found, and whose length is fixed or at
 * least this.
 */
const tokens: readonly (readonly [what: string, pattern: RegExp])[] = [
  ["a token of GitHub", /gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/],
  ["a token of GitLab", /glpat-[\w-]{20}/],
  ["a token of Slack", /xox[abps]-\d{10,13}-(?:\d{10,13}-){0,2}[A-Za-z0-9]{24,32}/],
  ["a webhook of Slack", /hooks\.slack\.com\/services\/T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{24}/],
  ["a token of npm", /npm_[A-Za-z0-9]{36}/],
  ["a token of PyPI", /pypi-AgEIcHlwaS5vcmc[\w-]{50,}/],
  ["a live key of Stripe", /[rs]k_live_[A-Za-z0-9]{24,}/],
  ["a key of SendGrid", /SG\.[\w-]{22}\.[\w-]{43}/],
  ["a key of Anthropic", /sk-ant-(?:api|admin)\d\d-[\w-]{93}AA/],
  ["a key of OpenAI", /sk-[\w-]{20,200}T3BlbkFJ[\w-]{20,200}/],
  ["a token of Hugging Face", /hf_[A-Za-z]{34}/],
  ["a token of DigitalOcean", /do[opr]_v1_[a-f0-9]{64}/],
  ["a token of Pulumi", /pul-[a-f0-9]{40}/],
  ["a client secret of Google", /GOCSPX-[\w-]{28}/],
  ["a key of an Azure storage account", /AccountKey=[A-Za-z0-9+/]{86}==/],
  ["a key of age", /AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}/],
];

/** One pattern for all, because every file that ships is searched. */
const anyToken = new RegExp(tokens.map(([, pattern]) => `(${pattern.source})`).join("|"), "g");

/** Every emulator of Azure's storage has this one. */
const publicKeys = /Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/;

function tokenIn(text: string): string | undefined {
  for (const { 0: token, index, ...groups } of text.matchAll(anyToken)) {
    const isPart = /\w/.test(text[index - 1] ?? "") || /\w/.test(text[index + token.length] ?? "");
    if (isPart || !isRandom(token) || publicKeys.test(token)) continue;
    return tokens.find((_, i) => (groups as Record<number, string | undefined>)[i + 1] !== undefined)?.[0];
  }
  return undefined;
}

/** Documentation and tests have such values: `ghp_xxxx`, `EXAMPLEKEY`, `abcdefgh12345678`. */
const placeholder = /example|12345678|abcdefgh|(.)\1{5}/i;

function isRandom(value: string): boolean {
  return !placeholder.test(value) && new Set(value).size > 8;
}

/** What a file of settings gives away, by its name and its text. */
export function settingsSecret(name: string, text: string): string | undefined {
  return settings.find(({ file, isIn }) => file.test(name) && isIn(text))?.what;
}

const settings: readonly {
  readonly what: string;
  readonly file: RegExp;
  readonly isIn: (text: string) => boolean;
}[] = [
  {
    what: "passwords or keys of an environment",
    file: /^(?!.*(?:example|sample|template|dist|default))(?:\.env(?:\..+)?|.+\.env)$/i,
    isIn: hasSecretVariable,
  },
  {
    what: "credentials of a package index",
    file: /^(?:pip\.(?:conf|ini)|uv\.toml|pyproject\.toml|poetry\.toml|\.?condarc|\.?npmrc|requirements[^/]*\.txt)$/i,
    isIn: (text) =>
      /:\/\/[^\s/:@"'$<{]+:(?![$<{*%])[^\s/@"']{4,}@/.test(text) ||
      /^[^#;\r\n]*:_(?:authToken|auth|password)[ \t]*=[ \t]*[^\s$]{8}/m.test(text),
  },
];

/** `DB_PASSWORD=s3cret-value`: no word alone, no number, and no reference to where the value is. */
function hasSecretVariable(text: string): boolean {
  const values = text.matchAll(
    /^[ \t]*(?:export[ \t]+)?\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|SECRET_?KEY|PRIVATE_?KEY|ACCESS_?KEY)[ \t]*=[ \t]*["']?([^\s"'#]{8,})/gim,
  );
  return [...values].some(
    ([, value = ""]) =>
      /[A-Za-z]/.test(value) &&
      /[^A-Za-z_-]/.test(value) &&
      !/^[$<{%/]|^\w+:\/\/|^arn:|^ssm:|changeme|change-me|placeholder|your[-_]|dummy|todo/i.test(value) &&
      !placeholder.test(value),
  );
}
