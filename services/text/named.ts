// The names that a line may be said to: “anna: …”, “anna, …”, “@anna”, “thanks anna”, “!help | anna”. Who is there decides the caller.

const first = /^@?([^\s:,]{1,64})[:,>](?:\s|$)/u;
const mentioned = /(?:^|\s)@([^\s@:,;!?()]{1,64})/gu;
const thanked =
  /^(?:(?:many |ok |okay |great |cool |ah |oh )*(?:thanks|thank you|thankyou|thx|thnx|tnx|ty|cheers|sorry|welcome|yw|np))(?: (?:so much|a lot|very much))?[\s,]+([^\s,.!:]{1,64})[\s.!:)]*$/iu;
const piped = /^!\S.*[|>]\s*(\S{1,64})\s*$/u;

/** “anna try this”, “anna-> try this”, “try this anna”: the first or last word, where it is long enough and no common word. */
const bareFirst = /^(\S{3,64}?)(?:\s*-+>)?\s+\S/u;
const bareLast = /\s(\S{3,64}?)[\s.!?:;)]*$/u;
const common = new Set(
  (
    "all also and any anyone are ask been but bye can cool could did does done for from get good got great guys has have hello " +
    "help here hey how its just know like linux look maybe need nice not now one only root same see should some sorry still sure " +
    "thanks that the their then there they thing this try ubuntu use user very wait was well were what when where which who why " +
    "will windows with work would yeah yep yes you your"
  ).split(" "),
);
/** Only the end of a text is searched for its last word: a whole one of dots and spaces would take time by the square of its length. */
const END_CHARS = 200;
const bareNames = (text: string): string[] =>
  [bareFirst.exec(text), bareLast.exec(text.slice(-END_CHARS))]
    .flatMap((found) => found?.[1] ?? [])
    .filter((name) => !common.has(name.toLowerCase()));

/** In the order of how plainly they are addressed. A name may be one with a dot or a bracket at its end, or a word. */
export const namesIn = (text: string): string[] => {
  const names = [first, thanked, piped].flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
  for (const [, name = ""] of text.matchAll(mentioned))
    names.push(name, name.replace(/[.']+\w*$/u, ""));
  return [...names, ...bareNames(text)];
};

/** A line without the name that it begins with. */
export const withoutName = (text: string, isName: (name: string) => boolean): string => {
  const found = first.exec(text);
  return found?.[1] !== undefined && isName(found[1].toLowerCase())
    ? text.slice(found[0].length).trimStart()
    : text;
};
