// Langfuse's exports of traces and of observations → records with a list of messages. What a trace holds beside its generations and tools stays in its record.
import { asArray, asString, isObject, type Json, objectsOf } from "./message.ts";

const isObservation = (record: Json): boolean =>
  typeof record["id"] === "string" &&
  typeof record["type"] === "string" &&
  ("traceId" in record || "trace_id" in record);

/** Whether a record is a trace or an observation of one. */
export const isTrace = (record: Json): boolean => {
  if (!("input" in record || "output" in record || "observations" in record)) return false;
  if (isObservation(record)) return true;
  return (
    typeof record["id"] === "string" &&
    "timestamp" in record &&
    ["sessionId", "session_id", "htmlPath", "observations"].some((name) => name in record)
  );
};

/** Exports of tables write JSON as a text. */
const parsed = (value: unknown): unknown => {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    // Then it is a text that begins with a bracket.
    return value;
  }
};

const hasRole = (item: unknown): item is Json => isObject(item) && typeof item["role"] === "string";

/** What was asked or answered, in any of the ways in which programs log it. */
const messagesIn = (given: unknown, role: string): Json[] => {
  const value = parsed(given);
  if (value === null || value === undefined || value === "") return [];
  if (typeof value === "string") return [{ role, content: value }];
  if (Array.isArray(value)) {
    const messages = value.filter(hasRole);
    return messages.length > 0 ? messages : [{ role, content: JSON.stringify(value) }];
  }
  if (!isObject(value)) return [{ role, content: String(value) }];
  if (hasRole(value)) return [value];
  const inside = asArray(value["messages"]).filter(hasRole);
  if (inside.length > 0) return inside;
  const [choice] = objectsOf(value["choices"]);
  if (choice && hasRole(choice["message"])) return [choice["message"]];
  const text = ["content", "text", "output", "answer", "completion", "input", "question", "query"]
    .map((name) => asString(value[name]))
    .find((found) => found !== null);
  return [{ role, content: text ?? JSON.stringify(value) }];
};

const timeOf = (record: Json): unknown =>
  record["startTime"] ?? record["start_time"] ?? record["timestamp"] ?? null;

const modelOf = (record: Json): string | null =>
  asString(record["model"]) ??
  asString(record["providedModelName"]) ??
  asString(record["provided_model_name"]);

/** Messages of one step, each with its time and the model that answered. */
const stepMessages = (step: Json): Json[] => {
  const type = asString(step["type"]) ?? "";
  const [timestamp, model] = [timeOf(step), modelOf(step)];
  const dated = (item: Json): Json => ({ timestamp, ...item });
  if (type === "TOOL" || type === "RETRIEVER") {
    const [call, result] = [parsed(step["input"]), parsed(step["output"])];
    const written = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    const name = asString(step["name"]) ?? "tool";
    return [
      { role: "tool", name, content: `${written(call) ?? ""}\n${written(result) ?? ""}` },
    ].map(dated);
  }
  return [
    ...messagesIn(step["input"], "user").map(dated),
    ...messagesIn(step["output"], "assistant").map((item) => ({ ...dated(item), model })),
  ];
};

const spoken = new Set(["GENERATION", "TOOL", "RETRIEVER"]);

/** The steps in which something is asked or answered; of a trace without them, the trace itself. */
const stepsOf = (record: Json): readonly Json[] => {
  const steps = objectsOf(record["observations"])
    .filter((step) => spoken.has(asString(step["type"]) ?? ""))
    .toSorted((a, b) => String(timeOf(a)).localeCompare(String(timeOf(b))));
  return steps.length > 0 ? steps : [record];
};

/** The messages of all steps: what a later step repeats of the ones before stands once, what is said twice within a step stands twice. */
const messagesOf = (steps: readonly Json[]): Json[] => {
  /** How often each was said in the step that says it most often, up to now. */
  const said = new Map<string, number>();
  return steps.flatMap((step) => {
    const inStep = new Map<string, number>();
    return stepMessages(step).filter((item) => {
      const key = JSON.stringify([item["role"], item["content"], item["tool_calls"] ?? null]);
      const nth = (inStep.get(key) ?? 0) + 1;
      inStep.set(key, nth);
      const isNew = nth > (said.get(key) ?? 0);
      if (isNew) said.set(key, nth);
      return isNew;
    });
  });
};

/** The record as one with a list of messages. */
export const traceRecord = (record: Json): Json => {
  const messages = messagesOf(stepsOf(record));
  return {
    id: record["id"],
    title: asString(record["name"]),
    model: modelOf(record),
    loggedAt: timeOf(record),
    updatedAt: record["updatedAt"] ?? null,
    messages,
    log: record,
  };
};
