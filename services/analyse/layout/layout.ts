// The door of layout: from vectors to places on a map, and how far the map may be trusted.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { fitLayout } from "./fit-map.ts";
export { paced } from "./pace.ts";
export { place } from "./place.ts";
export { driftOf, type Expectation } from "./place-fit.ts";
export { type Region, regionsOf } from "./regions.ts";
export { measureTrust } from "./trustworthiness.ts";
