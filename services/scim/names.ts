// The names of attributes: the same in any case, and spelled in one way from the door on.

/** All that is read of a body. */
const known = new Map(
  (
    "schemas userName externalId displayName name formatted familyName givenName middleName active emails roles value type " +
    "primary display members groups id meta Operations op path"
  )
    .split(" ")
    .map((name) => [name.toLowerCase(), name]),
);

/** As it is spelled here; as it came where it is not known. */
export const nameOf = (name: string): string => known.get(name.toLowerCase()) ?? name;

/** Whether an attribute is one of those that are read. */
export const isKnown = (name: string): boolean => known.has(name.toLowerCase());

/** The same value with all names spelled as here. An attribute that is null is one that is not there. */
export const spelled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      inner === null ? [] : [[nameOf(name), spelled(inner)]],
    ),
  );
};
