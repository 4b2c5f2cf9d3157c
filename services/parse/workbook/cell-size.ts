// How long a cell of a workbook may be.

/** Characters; Excel itself keeps 32,767. */
export const MOST_CELL = 256 * 1024;
