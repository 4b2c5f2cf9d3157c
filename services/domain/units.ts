// Numbers that carry their unit, and scores that carry their direction.
declare const unit: unique symbol;
type Unit<U extends string> = number & { readonly [unit]: U };

/** An instant: milliseconds since 1970-01-01T00:00Z, an integer. */
export type Millis = Unit<"millis">;
/** A length of time in milliseconds. */
export type Duration = Unit<"duration">;
/** Cosine of two unit vectors: −1 … 1, bigger is nearer. */
export type Similarity = Unit<"similarity">;
/** A size in bytes. */
export type Bytes = Unit<"bytes">;

export const millis = (value: number): Millis => Math.round(value) as Millis;
export const seconds = (value: number): Duration => (value * 1000) as Duration;
export const milliseconds = (value: number): Duration => value as Duration;
export const similarity = (value: number): Similarity => value as Similarity;
export const bytes = (value: number): Bytes => value as Bytes;

/** The clock, passed in: nothing reads the time of day by itself. */
export type Clock = () => Millis;
