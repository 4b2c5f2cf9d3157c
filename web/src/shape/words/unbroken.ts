// Sentences of the server, with no line break inside what is read as one: "8.6 %", "2 March".

const together =
  /(\d) (%|January|February|March|April|May|June|July|August|September|October|November|December)/gu;

/** Puts no-break spaces between a number and its percent sign or month. */
export const unbroken = (sentence: string): string => sentence.replace(together, "$1\u00a0$2");
