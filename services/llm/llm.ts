// The door of the language model, which names topics and answers questions from masked texts where one is configured. It is always optional.
export type { AnsweringRequest, AnswerPiece, Source } from "./answering.ts";
export type {
  Llm,
  LlmUsage,
  Naming,
  NamingRequest,
  NamingTrouble,
  TopicName,
} from "./naming.ts";
// biome-ignore lint/performance/noBarrelFile: this is the room's door; others come in by it and not by the driver's file
export { type OpenAiOptions, openOpenAiLlm } from "./openai.ts";
