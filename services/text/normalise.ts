// A message's text as the log has it → as it is stored, indexed and embedded: without marks that nobody reads.

/** A first look: most texts have nothing to mend and come back as they are. */
const suspicious =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\ue200-\ue2ff【]/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals
const terminal = /\x1b\[[0-?]*[ -/]*[@-~]/g;
/** mIRC colours: the mark and its numbers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the mark is a control character
const ircColour = /\x03(?:\d{1,2}(?:,\d{1,2})?)?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: tab and line feed stay
const controls = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;
/** Soft hyphens, zero-width spaces, joiners of words, direction marks, byte-order marks. ZWJ and ZWNJ stay: scripts and emoji need them. */
const invisible = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
const lineEnds = /\r\n?|[\u2028\u2029]/g;
/** 【4†source】 and the private-use marks around citations in ChatGPT exports. */
const citations = [/【[^【】\n]{0,80}†[^【】\n]{0,80}】/g, /\ue200[^\ue200\ue201\n]{0,400}\ue201/g];
const strayMarks = /[\ue200-\ue206]/g;

/** Normalising twice is the same as once. A lone half of a surrogate pair becomes U+FFFD, so that UTF-8 holds the text. */
export const normaliseText = (text: string): string => {
  if (!suspicious.test(text)) return text;
  let out = text
    .replace(terminal, "")
    .replace(ircColour, "")
    .replace(lineEnds, "\n")
    .replace(controls, "")
    .replace(invisible, "")
    .toWellFormed();
  // A mark inside a mark: what is left may be one again.
  for (let before = ""; before !== out; ) {
    before = out;
    for (const citation of citations) out = out.replace(citation, "");
  }
  return out.replace(strayMarks, "");
};
