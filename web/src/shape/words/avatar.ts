// An author's avatar: initials on a colour that depends on the name only.

/** "Mira Okafor" → "MO", "mira_" → "MI". */
export const initials = (name: string): string => {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const [first = "?", second] = words;
  return (
    second === undefined ? first.slice(0, 2) : first.slice(0, 1) + second.slice(0, 1)
  ).toUpperCase();
};

/** Hue in degrees, 0 … 359, always the same for a name. */
export const hue = (name: string): number => {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 100_003;
  return (sum * 137) % 360;
};
