// The door of SCIM: what its requests mean, and what the server says of itself. Nothing here reads or writes rows.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { providerConfig, resourceTypes, schemas } from "./description.ts";
export { mentions, readFilter, type ScimFilter, wantedValue } from "./filter.ts";
export { spelled } from "./names.ts";
export { patched } from "./patch.ts";
export { isSelected, type Resource, type Selection, selected } from "./selected.ts";
