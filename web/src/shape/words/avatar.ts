// A person's face where there is no picture: initials on a colour that stays theirs.

/** "Mira Okafor" → "MO", "mira_" → "MI". */
export const initials = (name: string): string => {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = "?", second] = words;
  return (
    second === undefined ? first.slice(0, 2) : first.slice(0, 1) + second.slice(0, 1)
  ).toUpperCase();
};

/** 0 … 359, the same for the same name. */
export const hue = (name: string): number => {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 100_003;
  return (sum * 137) % 360;
};
