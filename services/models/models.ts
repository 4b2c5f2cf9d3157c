// The door of models: which embedding models the server has, where they are, and what is done with them.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { type ModelFacts, type Models, openModels } from "./open-models.ts";
