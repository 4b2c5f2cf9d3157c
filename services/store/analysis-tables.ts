// The tables of analyses: topics and their history, hand edits, labels, concepts, alerts, answers of a language model.
import type {
  AlertId,
  AnalysisId,
  ChunkId,
  CollectionId,
  ConceptId,
  ConversationId,
  EditId,
  LabelId,
  MessageId,
  TopicId,
} from "#services/domain/ids.ts";

export interface AnalysisRow {
  id: AnalysisId;
  collection_id: CollectionId;
  /** Version of the index; null until it has started. */
  version: number | null;
  /** "waiting" → "running" → "done" | "failed" */
  state: string;
  /** "update" | "refit" */
  mode: string;
  /** 0 … 1 */
  progress: number;
  doing: string | null;
  /** JSON, contract/analysis.ts analysisSettings: the settings when it started. */
  settings: string;
  /** JSON, contract/analysis.ts analysisQuality; null until it is done. */
  quality: string | null;
  /** JSON [{ name, seconds }] */
  steps: string;
  /** JSON, `llm` of contract/analysis.ts analysis; null where no model is configured. */
  llm: string | null;
  points: number;
  messages: number;
  topics: number;
  error: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
}

export interface TopicRow {
  id: TopicId;
  collection_id: CollectionId;
  /** 0 = the most general. */
  level: number;
  parent_id: TopicId | null;
  /** Place in the list: parents before children, larger before smaller. */
  ordinal: number;
  /** The topic's number in the frame's `topic` column; null for parents. */
  leaf_number: number | null;
  /** The title to show. */
  title: string;
  /** "person" | "llm" | "keywords" */
  title_by: string;
  given_title: string | null;
  llm_title: string | null;
  /** Made from keywords. */
  made_title: string;
  summary: string | null;
  /** JSON [{ term, weight, count }] */
  keywords: string;
  /** JSON: ids of chunks, most typical first. */
  typical: string;
  points: number;
  messages: number;
  conversations: number;
  people: number;
  hidden: number;
  colour: number;
  silhouette: number | null;
  cohesion: number | null;
  born_version: number;
  died_version: number | null;
  /** "live" | "dead" */
  state: string;
  first_at: number | null;
  last_at: number | null;
  /** JSON: messages in equal steps of time. */
  spark: string;
  /** JSON, contract/analysis.ts trend. */
  trend: string;
}

export interface TopicEventRow {
  analysis_id: AnalysisId;
  /** 0, 1, 2 … within the analysis. */
  ordinal: number;
  collection_id: CollectionId;
  topic_id: TopicId;
  /** contract/analysis.ts eventKind */
  kind: string;
  from_version: number | null;
  to_version: number;
  size_before: number;
  size_after: number;
  /** JSON: ids of the other topics of a merge or split. */
  others: string;
  at: number;
}

/** Rows are added and never changed, except for their state and outcome. */
export interface TopicEditRow {
  id: EditId;
  collection_id: CollectionId;
  /** Increases with every edit of the collection; gives the order of the log. */
  ordinal: number;
  /** JSON, contract/analysis.ts topicEdit. */
  edit: string;
  /** A sentence: what the edit did. */
  says: string;
  /** "now" (in effect) | "next" (the next analysis applies it) | "waits" (its topic does not exist) */
  state: string;
  /** JSON: data from the first analysis that applied it, such as the parts of a split; null where there is none. */
  outcome: string | null;
  at: number;
  undone_at: number | null;
}

export interface LabelRow {
  id: LabelId;
  collection_id: CollectionId;
  name: string;
  /** JSON, contract/selection.ts: the selection that it was made from. */
  selection: string;
  created_at: number;
}

export interface LabelChunkRow {
  label_id: LabelId;
  chunk_id: ChunkId;
}

export interface ConceptRow {
  id: ConceptId;
  collection_id: CollectionId;
  name: string;
  query: string;
  /** Float32, little-endian, base64; null until it is trained. */
  weights: string | null;
  bias: number | null;
  /** From the training. */
  threshold: number | null;
  /** Set by a person. */
  person_threshold: number | null;
  accuracy: number | null;
  trained_ms: number | null;
  /** Number of chunks above the threshold in the newest version; null while they are not counted. */
  matches: number | null;
  /** JSON [{ chunk, verdict }] */
  examples: string;
  watch: number;
  /** Version up to which chunks were checked; null before the first check. */
  watched_version: number | null;
  webhook: string | null;
  secret: string | null;
  /** Result of the last post, for people. */
  webhook_state: string | null;
  /** Start and number of the failed posts since the last success; null where the last one succeeded. */
  failing_since: number | null;
  failures: number;
  created_at: number;
  updated_at: number;
}

export interface AlertRow {
  id: AlertId;
  collection_id: CollectionId;
  concept_id: ConceptId;
  chunk_id: ChunkId;
  message_id: MessageId;
  conversation_id: ConversationId;
  probability: number;
  raised_at: number;
  seen: number;
  /** The post that sends it; the same for all alerts raised together. Null where the concept had no webhook. */
  post_id: string | null;
  /** "waiting" | "posted" | "given-up"; null without a post. */
  post_state: string | null;
}

/** Answers of a language model, kept so that the same request is not paid for twice. */
export interface LlmNameRow {
  collection_id: CollectionId;
  cache_key: string;
  /** JSON */
  answer: string;
  model: string;
  tokens_in: number;
  tokens_out: number;
  created_at: number;
}

export interface AnalysisRows {
  analyses: AnalysisRow;
  topics: TopicRow;
  topic_events: TopicEventRow;
  topic_edits: TopicEditRow;
  labels: LabelRow;
  label_chunks: LabelChunkRow;
  concepts: ConceptRow;
  alerts: AlertRow;
  llm_names: LlmNameRow;
}
