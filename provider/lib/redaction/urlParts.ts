export type Range = readonly [start: number, end: number];

/**
 * How far after a password's first character its at sign may be, where raw slashes make the end of the host unclear.
 */
const maxPassword = 1024;

/** Query parameters that always hold credentials: tokens, and signatures of URLs. */
const credentialName =
  /^(?:X-(?:Amz|Goog|Ms)-[\w-]+|AWSAccessKeyId|Key-Pair-Id|Signature|Policy|sig|hmac|hdn(?:ts|ea)|code|apikey|(?:[a-z]+[_-])*(?:token|key|secret|password|passwd|pwd|auth|jwt|sas|credentials?|signature|session)_*)$/i;

/** Query parameters that select something. Their values also occur elsewhere, as commits and version numbers. */
const harmlessNames = new Set(["rev", "tag", "branch", "subdirectory", "lfs", "egg", "version", "v", "api-version"]);

/** User names that registries give to everybody. Only the password is secret. */
const commonUsers = new Set([
  "git",
  "__token__",
  "oauth2accesstoken",
  "x-access-token",
  "x-token-auth",
  "gitlab-ci-token",
]);

/** Placeholder passwords: the user name before them is the token. */
const emptyPasswords = new Set(["", "x", "x-oauth-basic", "pass", "unused"]);

const urlStart = "://";

/** The part before the host of URLs, including at signs in it. `git@` is in every ssh URL. */
export function userInfoRanges(text: string): Range[] {
  const ranges: Range[] = [];
  // Most locks have thousands of URLs and no at sign.
  if (!text.includes("@")) return ranges;
  for (const { 0: word, index } of text.matchAll(/[^\s"<>`]+/g)) {
    if (!word.includes(urlStart) || !word.includes("@")) continue;
    const ats = positions(word, "@");
    for (const at of positions(word, urlStart)) {
      const start = at + urlStart.length;
      const end = userInfoEnd(word, start, ats);
      if (end !== undefined) ranges.push([index + start, index + end]);
    }
  }
  return ranges;
}

function userInfoEnd(word: string, start: number, ats: readonly number[]): number | undefined {
  if (word.startsWith("git@", start)) return undefined;
  const authorityEnd = start + matchLength(/[^/?#]*/y, word, start);
  const last = lastBelow(ats, authorityEnd);
  if (last !== undefined && last > start) return last;
  return last === start ? undefined : endWithSlashes(word, start, ats);
}

/**
 * The end of a password with raw slashes: URLs may not have them, but people write them. `host:443/@scope` has no
 * password.
 */
function endWithSlashes(word: string, start: number, ats: readonly number[]): number | undefined {
  const colon = start + matchLength(/[^/?#@:[]*/y, word, start);
  if (word[colon] !== ":" || /:\d{1,5}(?:[/?#']|$)/y.test(word.slice(colon, colon + 7))) return undefined;
  const last = lastBelow(ats, colon + 2 + maxPassword);
  return last !== undefined && last > colon ? last : undefined;
}

export interface QueryParameter {
  readonly name: string;
  readonly value: string;
  /** Where the value is. */
  readonly range: Range;
}

/** Whatever looks like a parameter in the query of a URL, wherever it is. */
export function queryParameters(text: string): QueryParameter[] {
  return [...text.matchAll(/([?&;])([\w.-]{1,100})=([^&;#\s"'<>`]+)/g)].map(
    ({ 1: mark = "", 2: name = "", 3: value = "", index }) => {
      const start = index + mark.length + name.length + 1;
      return { name, value, range: [start, start + value.length] };
    },
  );
}

export function isNamedCredential(name: string): boolean {
  return credentialName.test(name);
}

/**
 * The credentials in the URLs of a lock, a setting or a configuration: passwords, tokens in place of user names, and
 * values in queries that are neither words nor versions.
 */
export function urlSecrets(text: string): string[] {
  const secrets = new Set<string>();
  for (const [start, end] of userInfoRanges(text)) addUserInfo(secrets, text.slice(start, end));
  if (text.includes("?")) {
    for (const { name, value } of queryParameters(text)) {
      if (isNamedCredential(name) || !(harmlessNames.has(name.toLowerCase()) || isPlainValue(value)))
        addDecoded(secrets, value);
    }
  }
  secrets.delete("");
  return [...secrets];
}

/** Whether a user name is a name, not a token: masking a word like `python` everywhere would garble every message. */
export function isPlainUser(user: string): boolean {
  return commonUsers.has(user) || /^[A-Z]?[a-z]{1,15}\d{0,2}$/.test(user);
}

function addUserInfo(secrets: Set<string>, userInfo: string): void {
  const colon = userInfo.indexOf(":");
  const user = colon < 0 ? userInfo : userInfo.slice(0, colon);
  const password = colon < 0 ? "" : userInfo.slice(colon + 1);
  const standsAlone = emptyPasswords.has(password);
  if (!standsAlone) {
    addDecoded(secrets, password);
    addDecoded(secrets, userInfo);
  }
  if ((standsAlone || looksRandom(user)) && !isPlainUser(decoded(user))) addDecoded(secrets, user);
}

/** Longer than a name, with digits: a token, even if a password follows. */
function looksRandom(user: string): boolean {
  return user.length >= 16 && /\d/.test(user) && !user.includes("%40") && !user.includes("@");
}

function isPlainValue(value: string): boolean {
  return /^(?:[A-Za-z]{1,16}|v?\d[\d.:-]{0,15})$/.test(value) && !/[a-z][A-Z]/.test(value);
}

function addDecoded(secrets: Set<string>, value: string): void {
  secrets.add(value).add(decoded(value));
}

/** Without percent-encoding. As it is, where that is broken. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function positions(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

function matchLength(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** The greatest of the ascending numbers that is less than `limit`. */
function lastBelow(ascending: readonly number[], limit: number): number | undefined {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return ascending[low - 1];
}
