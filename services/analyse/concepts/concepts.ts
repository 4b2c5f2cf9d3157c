// The door of concepts: a query and examples make a probability that a message is of a kind.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { type Concept, directionOf, probabilityAt, similarityAt, trainConcept } from "./concept.ts";
