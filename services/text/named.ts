// The names that a line may be said to: “anna: …”, “anna, …”, “@anna”, “thanks anna”, “!help | anna”. Who is there decides the caller.

const first = /^@?([^\s:,]{1,64})[:,>](?:\s|$)/u;
const mentioned = /(?:^|\s)@([^\s@:,;!?()]{1,64})/gu;
const thanked =
  /^(?:(?:many |ok |okay |great |cool |ah |oh )*(?:thanks|thank you|thankyou|thx|thnx|tnx|ty|cheers|sorry|welcome|yw|np))(?: (?:so much|a lot|very much))?[\s,]+([^\s,.!:]{1,64})[\s.!:)]*$/iu;
const piped = /^!\S.*[|>]\s*(\S{1,64})\s*$/u;

/** In the order of how plainly they are addressed. A name may be one with a dot or a bracket at its end, or a word. */
export const namesIn = (text: string): string[] => {
  const names = [first, thanked, piped].flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
  for (const [, name = ""] of text.matchAll(mentioned))
    names.push(name, name.replace(/[.']+\w*$/u, ""));
  return names;
};

/** A line without the name that it begins with. */
export const withoutName = (text: string, isName: (name: string) => boolean): string => {
  const found = first.exec(text);
  return found?.[1] !== undefined && isName(found[1].toLowerCase())
    ? text.slice(found[0].length).trimStart()
    : text;
};
