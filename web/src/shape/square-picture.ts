// Which part of a picture becomes a square.

export interface Part {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** The largest square in the middle; of a high picture rather its upper part, where faces are. */
export const squareOf = (width: number, height: number): Part => {
  const side = Math.min(width, height);
  return {
    side,
    x: Math.round((width - side) / 2),
    y: height > width ? Math.round((height - side) / 3) : 0,
  };
};
