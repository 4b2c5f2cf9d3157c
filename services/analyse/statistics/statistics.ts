// The door of statistics: distributions, intervals, tests, regression and agreement of labelings.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { agreementOf } from "./agreement.ts";
export {
  adjusted,
  halfWidth95,
  medianOf,
  quantileOf,
  twoSidedNormal,
  twoSidedT,
  wilson,
  Z95,
} from "./distributions.ts";
export {
  differenceP,
  type MeanSums,
  openMean,
  openShares,
  type ShareSums,
} from "./distributions-clustered.ts";
export {
  fitLogistic,
  type Labelled,
  type LinearModel,
  logitOf,
  type Prior,
  sigmoid,
} from "./logistic.ts";
