// Finds keys, tokens and passwords in a text: by known prefixes, by a label before them, or by their characters.
import { type Finder, inTurn, spansOf } from "./spans.ts";

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
const privateKey =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$(?![\s\S]))/g;
const bearer = /\b(bearer|basic) ([A-Za-z0-9+/=._~-]{12,})/gi;
/** user:password@ in a URL. */
const credentials = /(:\/\/)[^\s/:@]{1,64}:[^\s/@]{1,128}@/g;

const label =
  "pass(?:word|wd|phrase|code)?|pwd|pw|secret|(?:api|access|secret|private|auth)[_ -]?(?:key|token)|token|pin(?:[ -]?code)?|otp|passwort|kennwort|mot de passe|contraseña|clave|senha|wachtwoord|lösenord|hasło|пароль|şifre|密码|パスワード|비밀번호";
const labelled = new RegExp(
  `(?<![\\p{L}\\p{N}])((?:[\\w-]{0,20}[_-])?(?:${label})["'\`]?\\s{0,3}[:=：]\\s{0,3})(["'\`]?)([^\\s"'\`,;«]{3,200})`,
  "giu",
);
/** "the password is hunter2", but not "the password is wrong". */
const told = new RegExp(
  `(?<![\\p{L}\\p{N}])((?:${label}) (?:is|was|ist|est|es|è) )(["'\`]?)([^\\s"'\`,;«]{4,200})`,
  "giu",
);
const hidden = /^[*•x.]{3,}$/i;

/** A run of 32 or more characters with upper case, lower case and digits is no word; commit hashes and UUIDs have one case only. */
const opaque = /(?<![A-Za-z0-9+_/.-])[A-Za-z0-9+_-]{32,}={0,2}(?![A-Za-z0-9+_/.-])/g;
const looksRandom = (run: string): boolean =>
  /[a-z]/.test(run) &&
  /[A-Z]/.test(run) &&
  (run.match(/\d/g)?.length ?? 0) >= 3 &&
  !/^[0-9a-f-]+$/i.test(run);

/** What follows the first groups of each match: the label, the scheme, the quotation mark. */
const valuesOf = (
  pattern: RegExp,
  before: (match: RegExpExecArray) => number,
  isValue: (match: RegExpExecArray) => boolean = () => true,
): Finder => {
  return (text) =>
    [...text.matchAll(pattern)].filter(isValue).map((match) => ({
      start: match.index + before(match),
      end: match.index + match[0].length,
    }));
};

const afterLabel = ([, name = "", quote = ""]: RegExpExecArray) => name.length + quote.length;

/** Private keys as in PEM files. */
export const findPrivateKeys: Finder = (text) =>
  text.includes("-----BEGIN") ? spansOf(text, privateKey) : [];

/** Tokens, API keys and passwords; a label ("password:") is no part of them. */
export const findTokens: Finder = inTurn(
  (text) => spansOf(text, issued),
  valuesOf(bearer, ([, scheme = ""]) => scheme.length + 1),
  (text) =>
    spansOf(text, credentials).map(({ start, end }) => ({ start: start + 3, end: end - 1 })),
  valuesOf(labelled, afterLabel, ([, , , value = ""]) => !hidden.test(value)),
  valuesOf(
    told,
    afterLabel,
    ([, , quote, value = ""]) =>
      /\d|[!?@#$%^&*_+=]./.test(value) || (quote !== "" && !hidden.test(value)),
  ),
  (text) => spansOf(text, opaque, ([run]) => looksRandom(run)),
);
