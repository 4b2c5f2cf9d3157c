// Numbers with a unit.
declare const unit: unique symbol;
type Unit<U extends string> = number & { readonly [unit]: U };

/** An instant: milliseconds since 1970-01-01T00:00Z, an integer. */
export type Millis = Unit<"millis">;
/** A length of time in milliseconds. */
export type Duration = Unit<"duration">;

export const millis = (value: number): Millis => Math.round(value) as Millis;
export const seconds = (value: number): Duration => (value * 1000) as Duration;
export const milliseconds = (value: number): Duration => value as Duration;

/** The clock, passed in: no code reads the time of day by itself. */
export type Clock = () => Millis;
