// Divides a long text into pieces that are tokenised one after the other, so that memory does not grow with the text.

/** UTF-16 units. More than any model reads; chunks are far shorter. */
const PIECE = 64 * 1024;

/**
 * A short text as one piece. Pieces end after white space, so that every word has the same tokens as in the whole
 * text; where half a piece has none, they end anywhere except inside a character, and a word is counted as two.
 */
export function* textPieces(text: string): Generator<string, void, undefined> {
  let from = 0;
  while (text.length - from > PIECE) {
    const most = from + PIECE;
    let to = most;
    while (to > most - PIECE / 2 && !/\s/.test(text.charAt(to - 1))) to--;
    if (to === most - PIECE / 2) {
      const unit = text.charCodeAt(most);
      to = unit >= 0xdc00 && unit <= 0xdfff ? most - 1 : most;
    }
    yield text.slice(from, to);
    from = to;
  }
  yield from === 0 ? text : text.slice(from);
}
