// Names of columns in sentences that are kept and shown to others: the first row of a table may be a message with anything in it.

const word = "[\\p{L}\\p{M}]{1,20}";
/** A number, some words, or words with signs between them; the second of the same name has a number behind it. */
const plain = new RegExp(
  `^(?=.{1,30}$)(?:\\d{1,3}|${word}(?: ${word}){0,3}|${word}(?:[_./]${word}){1,5})(?: \\(\\d{1,2}\\))?$`,
  "u",
);

/** Whether a name can be nothing but a heading: it has no digits and signs of which addresses, numbers and passwords are made. */
export const isPlainName = (name: string): boolean => plain.test(name);

const counted = (count: number): string => `${count} ${count === 1 ? "column" : "columns"}`;

/** “Date”, “Text” and 3 more: those with plain names, `most` of them. */
export const toldNames = (names: readonly string[], most: number): string => {
  const shown = names.filter(isPlainName).slice(0, most);
  if (shown.length === 0) return counted(names.length);
  const more = names.length - shown.length;
  const listed = shown.map((name) => `“${name}”`).join(", ");
  return more === 0 ? listed : `${listed} and ${more} more`;
};
