// Finds keys, tokens and passwords in a text: by known prefixes, by a label before them, or by their characters.
import { type Finder, inTurn, type Span, spansOf } from "./spans.ts";

/** Matches only at the start of a word, so that a long run is read once. */
const start = "(?<![A-Za-z0-9_-])";
/** Beginnings and lengths as those who issue them document them: OpenAI, Stripe, GitHub, GitLab, Slack, AWS, Google, Hugging Face, npm, PyPI, SendGrid, DigitalOcean, Docker, Shopify, Square, Linear, RubyGems, Standard Webhooks, age, Telegram; and JSON web tokens. */
const issued = new RegExp(
  `${start}(?:${[
    "sk-[A-Za-z0-9_-]{16,}",
    "(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",
    "gh[opsur]_[A-Za-z0-9]{20,}",
    "github_pat_[A-Za-z0-9_]{20,}",
    "glpat-[A-Za-z0-9_-]{16,}",
    "xox[abeoprs]-[A-Za-z0-9-]{10,}",
    "(?:AKIA|ASIA)[0-9A-Z]{16}",
    "AIza[0-9A-Za-z_-]{30,}",
    "ya29\\.[0-9A-Za-z_-]{20,}",
    "hf_[A-Za-z0-9]{20,}",
    "npm_[A-Za-z0-9]{30,}",
    "pypi-[A-Za-z0-9_-]{30,}",
    "SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}",
    "xapp-[0-9]-[A-Za-z0-9-]{20,}",
    "glrt-[A-Za-z0-9_-]{16,}",
    "do[opr]_v1_[0-9a-f]{64}",
    "dckr_pat_[A-Za-z0-9_-]{20,}",
    "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",
    "sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}",
    "lin_api_[A-Za-z0-9]{32,}",
    "rubygems_[0-9a-f]{40,}",
    "whsec_[A-Za-z0-9+/=]{24,}",
    "AGE-SECRET-KEY-1[0-9A-Z]{58}",
    "[0-9]{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])",
    "eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?",
  ].join("|")})`,
  "g",
);
/** PEM, OpenPGP and SSH2. */
const keyBegin = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g;
const keyEnd = /-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/g;
const bearer = /\b(bearer|basic) ([A-Za-z0-9+/=._~-]{12,})/gi;
/** user:password@ in a URL, where the user may be empty; a password may have an @ in it. */
const credentials = /(:\/\/)[^\s/:«]{0,64}:[^\s/«]{1,256}@/g;

const label =
  "pass(?:word|wd|phrase|code)?|pwd|pw|secret|(?:api|access|secret|private|auth)[_ -]?(?:key|token)|token|pin(?:[ -]?code)?|otp|passwort|kennwort|mot de passe|contraseña|clave|senha|wachtwoord|lösenord|hasło|пароль|şifre|密码|パスワード|비밀번호";
/** Up to the same quotation mark (with a backslash in JSON within JSON), or up to white space; both are bounded or followed by nothing. */
const value = [
  "(?<mark>\\\\?[\"'`])(?<quoted>(?:(?!\\k<mark>)(?:\\\\[^\\n«]|[^\\\\\\n«])){1,200})\\k<mark>",
  "[“„](?<curly>[^“”\\n«]{1,200})[“”]",
  "(?!\\\\?\"\\\\?\"|''|``)(?:\\\\?[\"'`“„])?(?<bare>[^\\s«。，、；「」『』（）【】]{3,})",
].join("|");
/** Marks of Markdown may be around the colon: "**Password:** x", "**Password**: x". */
const labelled = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:[\\w-]{0,20}[_-])?(?:${label})(?:\\\\?["'\`])?[*_]{0,2}\\s{0,3}(?::=|=>|[:=：])[*_]{0,2}\\s{0,3}(?:${value})`,
  "dgiu",
);
/** "the password is hunter2", but not "the password is wrong". */
const told = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:${label}) (?:is|was|ist|est|es|è) (?:${value})`,
  "dgiu",
);
/** What may follow a value without quotation marks and belongs to the sentence. */
const closing = new Set(".,;:)]}>\"'`”’\\");
const hidden = /^[*•x.]{3,}$/i;

/** A run of 32 or more characters with upper case, lower case and digits is no word; commit hashes and UUIDs have one case only. */
const opaque = /(?<![A-Za-z0-9+_/.-])[A-Za-z0-9+_-]{32,}={0,2}(?![A-Za-z0-9+_/.-])/g;
const looksRandom = (run: string): boolean =>
  /[a-z]/.test(run) &&
  /[A-Z]/.test(run) &&
  (run.match(/\d/g)?.length ?? 0) >= 3 &&
  !/^[0-9a-f-]+$/i.test(run);

/** What follows the scheme. */
const findBearers: Finder = (text) =>
  [...text.matchAll(bearer)].map(({ index, 0: whole, 1: scheme = "" }) => ({
    start: index + scheme.length + 1,
    end: index + whole.length,
  }));

/** The values after labels, without their quotation marks. */
const valuesOf = (
  pattern: RegExp,
  isValue: (value: string, isQuoted: boolean) => boolean,
): Finder => {
  return (text) =>
    [...text.matchAll(pattern)].flatMap(({ indices }) => {
      const { quoted, curly, bare } = indices?.groups ?? {};
      const place = quoted ?? curly ?? bare;
      if (place === undefined) return [];
      const [start] = place;
      let [, end] = place;
      if (place === bare) while (end > start && closing.has(text.charAt(end - 1))) end--;
      const value = text.slice(start, end);
      return hidden.test(value) || !isValue(value, place !== bare) ? [] : [{ start, end }];
    });
};

/** Private keys as in files of text; one without an end goes to the end of the text. */
export const findPrivateKeys: Finder = (text) => {
  if (!text.includes("PRIVATE KEY")) return [];
  const spans: Span[] = [];
  for (const { index } of text.matchAll(keyBegin)) {
    if (index < (spans.at(-1)?.end ?? 0)) continue;
    keyEnd.lastIndex = index;
    const last = keyEnd.exec(text);
    spans.push({ start: index, end: last ? last.index + last[0].length : text.length });
  }
  return spans;
};

/**
 * Tokens, API keys and passwords; a label ("password:") is no part of them. Those that are known by what is around them are first, since
 * they may have others in them.
 */
export const findTokens: Finder = inTurn(
  (text) =>
    spansOf(text, credentials).map(({ start, end }) => ({ start: start + 3, end: end - 1 })),
  findBearers,
  valuesOf(labelled, ({ length }) => length >= 3),
  valuesOf(
    told,
    (value, isQuoted) => value.length >= 4 && (isQuoted || /\d|[!?@#$%^&*_+=]./.test(value)),
  ),
  (text) => spansOf(text, issued),
  (text) => spansOf(text, opaque, ([run]) => looksRandom(run)),
);
