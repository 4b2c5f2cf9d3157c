// What a PATCH makes of a resource: RFC 7644, section 3.5.2, and the forms in which Okta and Entra really send it.
import type { ScimOperation } from "#services/contract/scim.ts";
import { rejected } from "#services/domain/errors.ts";
import { readFilter, type ScimFilter } from "./filter.ts";
import { isKnown, nameOf, spelled } from "./names.ts";

type Json = Readonly<Record<string, unknown>>;

interface Path {
  readonly attribute: string;
  /** Of a list: which of its items. */
  readonly where: ScimFilter | undefined;
  /** What the filter says of an item that it finds: an item that is not there is made of it. */
  readonly made: Json;
  readonly inner: string | undefined;
}

const lists: ReadonlySet<string> = new Set(["emails", "roles", "members"]);
/** The server's own: what is sent of them is passed over, as Okta sends the id along. */
const ours: ReadonlySet<string> = new Set(["schemas", "id", "meta", "groups"]);

const badPath = (path: string) =>
  rejected(`The path “${path.slice(0, 100)}” is not understood.`, {
    code: "bad-path",
    hint: 'Write it as in RFC 7644, section 3.5.2: name.givenName, members[value eq "…"].',
  });

const noTarget = () =>
  rejected("There is nothing at this path to change.", {
    code: "no-target",
    hint: "Name an attribute in `path`, or an item that is there.",
  });

const pathForm =
  /^(?:urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):)?([A-Za-z$][\w$-]*)(?:\[(.*)\])?(?:\.([A-Za-z$][\w$-]*))?$/iu;

const eqsIn = (filter: ScimFilter["parsed"]): Json => {
  if (filter.op === "eq") return { [nameOf(filter.attrPath)]: filter.compValue };
  if (filter.op !== "and") return {};
  return Object.assign({}, ...filter.filters.map(eqsIn)) as Json;
};

/** Undefined for what is not kept here, such as an attribute of another schema. @throws ParlanceError rejected `bad-path` | `bad-filter` */
const readPath = (path: string): Path | undefined => {
  const isForeign =
    /^urn:/iu.test(path) && !/^urn:ietf:params:scim:schemas:core:2\.0:/iu.test(path);
  if (isForeign) return undefined;
  const [, name = "", filter, inner] = pathForm.exec(path.trim()) ?? [];
  if (name === "") throw badPath(path);
  const attribute = nameOf(name);
  if (!isKnown(name) || ours.has(attribute)) return undefined;
  if (inner !== undefined && !isKnown(inner)) return undefined;
  const where = filter === undefined ? undefined : readFilter(filter);
  const made = where === undefined ? {} : eqsIn(where.parsed);
  return { attribute, where, made, inner: inner === undefined ? undefined : nameOf(inner) };
};

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const itemOf = (value: unknown): Json => (isObject(value) ? value : { value });
const itemsOf = (value: unknown): Json[] => (Array.isArray(value) ? value : [value]).map(itemOf);

const itemsIn = (resource: Json, attribute: string): Json[] =>
  Array.isArray(resource[attribute]) ? (resource[attribute] as Json[]) : [];

const without = (resource: Json, name: string): Json =>
  Object.fromEntries(Object.entries(resource).filter(([other]) => other !== name));

/** An empty list is an attribute that is not there. */
const withItems = (resource: Json, attribute: string, items: readonly Json[]): Json =>
  items.length === 0 ? without(resource, attribute) : { ...resource, [attribute]: items };

const removedFromList = (
  resource: Json,
  { attribute, where, inner }: Path,
  value: unknown,
): Json => {
  const items = itemsIn(resource, attribute);
  if (where === undefined && inner === undefined) {
    // Entra may name the members to remove in `value` instead of in the path.
    const named = new Set(value === undefined ? [] : itemsOf(value).map((item) => item["value"]));
    const kept = named.size === 0 ? [] : items.filter((item) => !named.has(item["value"]));
    return withItems(resource, attribute, kept);
  }
  const isMeant = (item: Json) => where?.matches(item) ?? true;
  const kept =
    inner === undefined
      ? items.filter((item) => !isMeant(item))
      : items.map((item) => (isMeant(item) ? without(item, inner) : item));
  return withItems(resource, attribute, kept);
};

const putInList = (
  resource: Json,
  { attribute, where, made, inner }: Path,
  { op, value }: ScimOperation,
): Json => {
  const items = itemsIn(resource, attribute);
  if (where === undefined && inner === undefined) {
    const given = itemsOf(value);
    if (op === "replace") return withItems(resource, attribute, given);
    const known = new Set(items.map((item) => item["value"]));
    return withItems(resource, attribute, [
      ...items,
      ...given.filter((item) => !known.has(item["value"])),
    ]);
  }
  const change = inner === undefined ? itemOf(value) : { [inner]: value };
  const isMeant = (item: Json) => where?.matches(item) ?? true;
  if (items.some(isMeant))
    return withItems(
      resource,
      attribute,
      items.map((item) => (isMeant(item) ? { ...item, ...change } : item)),
    );
  if (op === "replace" && inner === undefined) throw noTarget();
  return withItems(resource, attribute, [...items, { ...made, ...change }]);
};

const appliedAt = (resource: Json, path: Path, operation: ScimOperation): Json => {
  const { attribute, inner } = path;
  const { value } = operation;
  // What is replaced by nothing is removed.
  const isRemoval = operation.op === "remove" || value === undefined || value === null;
  if (lists.has(attribute))
    return isRemoval
      ? removedFromList(resource, path, value ?? undefined)
      : putInList(resource, path, operation);
  if (path.where !== undefined) throw noTarget();
  const before = resource[attribute];
  if (inner !== undefined) {
    const whole = isObject(before) ? before : {};
    return {
      ...resource,
      [attribute]: isRemoval ? without(whole, inner) : { ...whole, [inner]: value },
    };
  }
  if (isRemoval) return without(resource, attribute);
  return {
    ...resource,
    [attribute]: isObject(before) && isObject(value) ? { ...before, ...value } : value,
  };
};

const applied = (resource: Json, operation: ScimOperation): Json => {
  const { op, path } = operation;
  const value = spelled(operation.value);
  if (path !== undefined && path !== "") {
    const read = readPath(path);
    return read === undefined ? resource : appliedAt(resource, read, { op, value });
  }
  if (op === "remove") throw noTarget();
  if (!isObject(value)) throw badPath("");
  // Entra names paths where attributes are expected: {"name.givenName": "Anna"}.
  return Object.entries(value).reduce<Json>((made, [name, inner]) => {
    const read = readPath(name);
    return read === undefined ? made : appliedAt(made, read, { op, value: inner });
  }, resource);
};

/**
 * What is not kept of a resource (other schemas, the server's own attributes) is passed over.
 * @throws ParlanceError rejected `bad-path` | `bad-filter` | `no-target`
 */
export const patched = (resource: Json, operations: readonly ScimOperation[]): Json =>
  operations.reduce(applied, resource);
