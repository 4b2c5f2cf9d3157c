// Names as they are compared: of authors, channels and topics.

/** Case and compatibility forms do not matter. */
export const folded = (text: string): string => text.normalize("NFKC").toLocaleLowerCase("en");

/** A name without the mark that people put before it: `#channel`, `@person`. */
export const foldedName = (name: string): string => folded(name.trim().replace(/^[#@]/u, ""));

/** Its words between single blanks, so that one of them is found by ` word `. */
export const spacedName = (name: string): string => ` ${name.replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `;
