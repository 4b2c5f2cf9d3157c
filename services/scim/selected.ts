// The attributes of a resource that a request asks for: `attributes` and `excludedAttributes`.
import { nameOf } from "./names.ts";

export type Resource = Readonly<Record<string, unknown>>;

/** These are always there. */
const always: ReadonlySet<string> = new Set(["schemas", "id"]);

/** The outermost names: `name.givenName` asks for `name`. */
const namesIn = (text: string | undefined): ReadonlySet<string> | undefined =>
  text === undefined
    ? undefined
    : new Set(
        text.split(",").map((name) => {
          const [outer = ""] = name
            .trim()
            .replace(/^urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/iu, "")
            .split(".");
          return nameOf(outer);
        }),
      );

export interface Selection {
  readonly attributes?: string | undefined;
  readonly excludedAttributes?: string | undefined;
}

export const isSelected = ({ attributes, excludedAttributes }: Selection, name: string): boolean =>
  always.has(name) ||
  (namesIn(attributes)?.has(name) ?? !(namesIn(excludedAttributes)?.has(name) ?? false));

export const selected = (resource: Resource, selection: Selection): Resource =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => isSelected(selection, name)));
