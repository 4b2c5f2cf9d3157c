// The door of reports: what an analysis found, as one self-contained HTML page or as Markdown, and the map as a drawing.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { drawMap, type MapPoints } from "./map-drawing.ts";
export { printReport, type ReportFormat } from "./print-report.ts";
export type { ReportParts } from "./report-parts.ts";
export { printValue } from "./values.ts";
