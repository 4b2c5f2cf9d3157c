// Logs of requests to models and their answers (of OpenAI's and Anthropic's APIs, of Helicone and Langfuse), and files of batches → records with a list of messages.
import { dialogueRecord, isDialogue } from "./dialogues.ts";
import { isTrace, traceRecord } from "./langfuse.ts";
import { asArray, asString, isObject, type Json } from "./message.ts";
import { isResponseItem } from "./response-items.ts";

const inner = (record: Json, ...names: readonly string[]): readonly Json[] =>
  names.map((name) => record[name]).filter(isObject);

/** Where a request's members stand: in the record, or in one of its members. */
const requestsIn = (record: Json): readonly Json[] => [
  ...inner(record, "request", "params", "body", "request_body"),
  record,
];

/** Where an answer's members stand: a batch has them one level deeper. */
const answersIn = (record: Json): readonly Json[] => {
  const outer = inner(record, "response", "result", "response_body");
  return [...outer.flatMap((answer) => inner(answer, "body", "message")), ...outer, record];
};

/** What was asked: messages, items, or one text. */
const askedIn = (request: Json): readonly unknown[] => {
  const messages = asArray(request["messages"]);
  if (messages.length > 0) return messages;
  const { input, prompt } = request;
  if (Array.isArray(input)) return input.filter(isResponseItem);
  const text = asString(input) ?? asString(prompt);
  return text === null ? [] : [{ role: "user", content: text }];
};

const isChoice = (choice: unknown): choice is Json =>
  isObject(choice) && (isObject(choice["message"]) || typeof choice["text"] === "string");

/** Answers that say nothing which can be read: they are told as no messages. */
const unreadIn = (answer: Json): readonly unknown[] =>
  asArray(answer["choices"]).filter((choice) => !isChoice(choice));

const choiceOf = (choice: Json): unknown =>
  isObject(choice["message"])
    ? choice["message"]
    : { role: "assistant", content: choice["text"] ?? "" };

/** What was answered: choices, items, a message of Anthropic's, or one text. */
const answeredIn = (answer: Json): readonly unknown[] => {
  const choices = asArray(answer["choices"]).filter(isChoice);
  if (choices.length > 0) return choices.map(choiceOf);
  const output = asArray(answer["output"]).filter(isResponseItem);
  if (output.length > 0) return output;
  const isMessage = answer["role"] === "assistant" && Array.isArray(answer["content"]);
  if (isMessage && asString(answer["model"]) !== null) return [answer];
  const text = asString(answer["completion"]);
  return text === null ? [] : [{ role: "assistant", content: text }];
};

interface Log {
  readonly request: Json | undefined;
  readonly answer: Json | undefined;
  readonly asked: readonly unknown[];
  readonly answered: readonly unknown[];
}

const logOf = (record: Json): Log => {
  const request = requestsIn(record).find((one) => askedIn(one).length > 0);
  const answer = answersIn(record).find((one) => answeredIn(one).length > 0);
  return {
    request,
    answer,
    asked: request ? askedIn(request) : [],
    answered: answer ? answeredIn(answer) : [],
  };
};

const hasRole = (item: unknown): boolean => isObject(item) && typeof item["role"] === "string";

/** Whether a record is a request, an answer, or both. One that is nothing but a list of messages is none. */
export const isModelLog = (record: Json): boolean => {
  if (isTrace(record) || isDialogue(record)) return true;
  const { request, asked, answered } = logOf(record);
  if (answered.length > 0) return true;
  // A text that is called a prompt is no log by itself, and messages in the record itself need no other reading.
  return request !== undefined && Array.isArray(request["input"])
    ? true
    : request !== undefined && request !== record && asked.some(hasRole);
};

/** The record as one with a list of messages, and with what else it holds. */
export const asRecord = (record: Json): Json => {
  if (isTrace(record)) return traceRecord(record);
  if (isDialogue(record)) return dialogueRecord(record);
  const { request = {}, answer = {}, asked, answered } = logOf(record);
  const [first] = [record["request_id"], answer["id"], record["id"]].filter(
    (id) => typeof id === "string",
  );
  return {
    id: first ?? null,
    // Without a question nothing else says what it is about.
    title: asString(record["title"]) ?? (asked.length === 0 ? asString(record["custom_id"]) : null),
    model: asString(answer["model"]) ?? asString(request["model"]) ?? asString(record["model"]),
    system: request["system"] ?? request["instructions"] ?? answer["instructions"] ?? null,
    loggedAt:
      answer["created_at"] ??
      answer["created"] ??
      record["created_at"] ??
      record["request_created_at"] ??
      record["timestamp"] ??
      null,
    messages: [...asked, ...answered, ...answersIn(record).flatMap(unreadIn)],
    log: record,
  };
};
