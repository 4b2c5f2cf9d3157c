// Whether a line reads as a question or as a request for help. A cheap guess by its words, for English; in other languages by its question mark.

/** A question mark that is no part of an address, in the scripts that have one of their own. */
const mark = /[?？؟¿;՞](?=[\s"'”’)\]!?？؟]|$)/u;
const greekMark = /\p{Script=Greek}/u;

/** What stands before a question: greetings, and whom it is put to. */
const greeting =
  /^(?:(?:hi+|hey|hello|hiya|greetings|ok|okay|so|well|and|but|um+|please|pls|sorry|guys|folks|all|everyone|everybody|there)\b[\s,.!:-]*)+/iu;
const opening =
  /^(?:how|what|what['’]?s|why|where|when|which|who|whose|is|are|am|was|were|can|could|does|do|did|has|have|should|would|will|any(?:one|body|\s+(?:idea|ideas|suggestion|suggestions|advice|help|tips|way|chance|pointers?))?|some(?:one|body))\b/iu;
const request =
  /\b(?:any(?:one|body) (?:know|knows|here|help|have|has|tried|using|else|got)|some(?:one|body) (?:help|know|knows|tell|explain|please)|(?:need|want|looking for|could use|appreciate) (?:some |a little |a bit of )?help|help me|can(?: you|not|['’]?t)|could you|how (?:do|can|to|would|should|does|come)|what (?:is|does|do|should)|(?:does|did|do|is|are|was)n['’]?t (?:work|working|start|boot|load|recogni[sz]e\w*|detect\w*|connect\w*)|won['’]?t|not work(?:ing)?|problems? with|trouble with|issues? with|trying to|wondering|i get (?:an? |the |this )?error|error message|is there (?:a|an|any|some))\b/iu;

const words = (text: string): number => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;

/** Fewer letters and digits than this are no question of their own: “what?”, “huh?”, “?”. */
const FEWEST = 8;

export const asks = (text: string): boolean => {
  const plain = text.trim();
  const letters = plain.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  // A word of a script that is written without spaces says as much as four letters.
  const dense = plain.match(
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu,
  );
  if (letters + 3 * (dense?.length ?? 0) < FEWEST) return false;
  const marked = mark.exec(plain);
  // In Greek, and only there, a semicolon ends a question.
  if (marked !== null && (marked[0] !== ";" || greekMark.test(plain))) return true;
  const asked = plain.replace(greeting, "");
  if (words(asked) < 3) return false;
  return opening.test(asked) || request.test(asked);
};
