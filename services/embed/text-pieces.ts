// A long text in pieces that are tokenised one after the other, so that memory does not grow with the text.

/** UTF-16 units. No model reads as much at once; chunks are far shorter. */
const PIECE = 64 * 1024;

/**
 * The text itself where it is short. Pieces end after white space, so that every word has the tokens that it has in the whole
 * text; where there is none in half a piece they end anywhere but inside a character, and a word is counted as two.
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
