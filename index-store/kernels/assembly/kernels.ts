// What kernels.wasm exports: plain functions over addresses in one memory; none of them allocates.

// Every address is a byte offset that the caller has laid out; arrays of 64-bit words and of v128 need no alignment in WASM.

export { addRows, assign, multiply } from "./products";
export { encode, encodeQuery, rotate, scoreListed, weighListed } from "./codes";
export { hammingAll, hammingTop, listPassing, listWithin } from "./nearest-codes";
export { bestRows } from "./best-rows";
export { holding } from "./word-mass";
