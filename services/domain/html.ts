// Text as it may stand in HTML.

/** `text` with the five characters that HTML reads as markup written as references; good between tags and in quoted attributes. */
export const escapedHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
