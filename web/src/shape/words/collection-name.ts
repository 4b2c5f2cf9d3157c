// File names → a proposed name for a new collection.
export const proposedName = (files: readonly { readonly name: string }[]): string => {
  const first = files[0]?.name ?? "";
  const bare = first.replace(/\.(?:tar\.gz|tgz|zip|jsonl?|log|txt|gz|ndjson)$/iu, "");
  const words = bare
    .replaceAll(/[_]+|(?<=\D)-+|-+(?=\D)/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim();
  // Names of many exports are a hash or just "conversations", which say nothing about the contents.
  if (words === "" || /^conversations?\b/iu.test(words) || /[0-9a-f]{16,}/iu.test(words))
    return "My conversations";
  return words.slice(0, 60);
};
