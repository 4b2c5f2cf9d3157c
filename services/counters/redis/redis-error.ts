// What Redis says when it does not do what it is asked, for people: never a password.

interface Explained {
  readonly problem: string;
  readonly hint: string;
}

const known: readonly (readonly [RegExp, problem: string, hint: string])[] = [
  [
    /^(?:WRONGPASS|NOAUTH|ERR AUTH|ERR invalid password)/u,
    "it refuses the password",
    "Set the user and password in PARLANCE_REDIS_URL, or PARLANCE_REDIS_PASSWORD.",
  ],
  [
    /^NOPERM/u,
    "its user may not do this",
    "Allow the user SET, GET, EVALSHA and SCRIPT LOAD on keys that begin with parlance:.",
  ],
  [
    /^OOM/u,
    "its memory is full",
    "Give it more memory (maxmemory): Parlance needs a few megabytes.",
  ],
  [
    /^READONLY/u,
    "it is a replica, which takes no writes",
    "Name the primary in PARLANCE_REDIS_URL.",
  ],
  [/^MISCONF/u, "it cannot write to its disk", "Look at the log of Redis."],
  [/^LOADING/u, "it is loading its data", "Wait until it is done."],
  [
    /^ERR DB index/u,
    "it has no database of this number",
    "Set a lower number at the end of PARLANCE_REDIS_URL.",
  ],
];

const causeOf = (error: unknown): unknown =>
  error instanceof AggregateError ? (error.errors[0] ?? error) : error;

export const explainedByRedis = (error: unknown, where: string): Explained => {
  const cause = causeOf(error);
  const text = cause instanceof Error ? cause.message : String(cause);
  const found = known.find(([pattern]) => pattern.test(text));
  if (found !== undefined) return { problem: found[1], hint: found[2] };
  return {
    problem: text === "" ? "no connection" : text,
    hint: `Does Redis run at ${where}, and is PARLANCE_REDIS_URL right?`,
  };
};
