// Whether bytes can still be JSON, told by their structure as it is passed: where they cannot, an element that does not end is damaged.
import {
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
} from "./json-bytes.ts";

/** What numbers, `true`, `false` and `null` are made of, and what Python writes for numbers that are none. */
const scalarBytes: ReadonlySet<number> = new Set(Buffer.from("0123456789+-.eEtrufalsnNaIity"));
const BEFORE_ALL = 0;
const SCALAR = 1;
/** Brackets that may be open: what goes deeper is followed no further, and is read by nobody. */
const DEEPEST = 10_000;

/** What may stand before a value inside an object, and inside a list. */
const mayPrecede = (before: number, isInList: boolean): boolean =>
  before === COLON || before === BEFORE_ALL
    ? !isInList || before === BEFORE_ALL
    : isInList && (before === COMMA || before === OPEN_LIST);

/** Follows the structure of one record. */
export class JsonGuard {
  /** Whether something was passed that no JSON has. */
  isBroken = false;
  #before = BEFORE_ALL;
  /** The brackets that are open: true for a list. */
  readonly #open: boolean[] = [];

  /** A quote that begins a string, or any byte but a blank outside of strings. */
  pass(byte: number): void {
    if (this.isBroken || this.#open.length > DEEPEST) return;
    const isInList = this.#open.at(-1) === true;
    if (!this.#isRight(byte, isInList)) {
      this.isBroken = true;
      return;
    }
    if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.#open.push(byte === OPEN_LIST);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) this.#open.pop();
    this.#before = scalarBytes.has(byte) ? SCALAR : byte;
  }

  #isRight(byte: number, isInList: boolean): boolean {
    const before = this.#before;
    switch (byte) {
      case OPEN_OBJECT:
      case OPEN_LIST:
        return mayPrecede(before, isInList);
      case CLOSE_OBJECT:
        return !isInList && before !== COMMA && before !== COLON;
      case CLOSE_LIST:
        return isInList && before !== COMMA;
      case QUOTE:
        return isInList
          ? mayPrecede(before, true)
          : before === COLON || before === COMMA || before === OPEN_OBJECT;
      case COLON:
        return !isInList && before === QUOTE;
      case COMMA:
        return (
          before !== COMMA && before !== COLON && before !== OPEN_OBJECT && before !== OPEN_LIST
        );
      default:
        return scalarBytes.has(byte) && (before === SCALAR || mayPrecede(before, isInList));
    }
  }
}
