// The door of frames: a version of a collection as columns, and the messages that a selection means.
// biome-ignore-all lint/performance/noBarrelFile: a door names in one place what the room offers.
export { type FrameBuilder, openFrameBuilder } from "./frame-builder.ts";
export {
  type Frame,
  type FramePoints,
  type FrameTopic,
  flagBits,
  type MessageMask,
  NO_SENTIMENT,
  roles,
  topicOfMessages,
} from "./frame-columns.ts";
export { frameFileNames } from "./frame-file-names.ts";
export { decodeFrame, encodeFrame } from "./frame-files.ts";
export { type LocalTime, localTimeOf, type StepName } from "./local-time.ts";
export {
  frameOfPeople,
  peopleOfTopics,
  personOfMessages,
} from "./people-frame.ts";
export {
  type FlagName,
  type MessageSelection,
  NO_TOPIC,
  type PointSet,
  type RoleName,
  rowsOf,
  SENTIMENT_EDGE,
  type SelectExtra,
  selectMessages,
} from "./select.ts";
export {
  leafOfMessages,
  localColumns,
  rowOfConversation,
  rowOfPoint,
  secondsToAnswer,
} from "./select-columns.ts";
export { facetsOf, leafCount, leafTopics, sizeOf } from "./select-facets.ts";
export { narrowSelection } from "./select-narrow.ts";
export { pageOf } from "./select-page.ts";
