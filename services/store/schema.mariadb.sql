alerts
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  concept_id varchar(80) ascii_nopad_bin not null
  chunk_id varchar(80) ascii_nopad_bin not null
  message_id varchar(80) ascii_nopad_bin not null
  conversation_id varchar(80) ascii_nopad_bin not null
  post_id varchar(80) ascii_nopad_bin
  post_state varchar(300) ascii_nopad_bin
  probability double not null
  raised_at bigint(20) not null
  seen bigint(20) not null
  foreign key alerts_of_collections → collections (org_id, id)
  index alerts_by_chunk (chunk_id)
  index alerts_by_collection (collection_id, raised_at, id)
  index alerts_by_concept (concept_id, raised_at, id)
  index alerts_by_post (concept_id, post_state, raised_at)
  index alerts_of_collections (org_id, collection_id)
  unique PRIMARY (id)
  unique alerts_once_a_chunk (concept_id, chunk_id)

analyses
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  state varchar(300) ascii_nopad_bin not null
  mode varchar(300) ascii_nopad_bin not null
  progress double not null
  version bigint(20)
  points bigint(20) not null
  messages bigint(20) not null
  topics bigint(20) not null
  created_at bigint(20) not null
  started_at bigint(20)
  finished_at bigint(20)
  doing longtext utf8mb4_nopad_bin
  settings longtext utf8mb4_nopad_bin not null
  quality longtext utf8mb4_nopad_bin
  steps longtext utf8mb4_nopad_bin not null
  llm longtext utf8mb4_nopad_bin
  error longtext utf8mb4_nopad_bin
  foreign key analyses_of_collections → collections (org_id, id)
  index analyses_by_collection (collection_id, created_at)
  index analyses_of_collections (org_id, collection_id)
  unique PRIMARY (id)

author_names
  org_id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  origin_id varchar(80) ascii_nopad_bin not null
  source varchar(300) ascii_nopad_bin not null
  author_id varchar(300) utf8mb4_nopad_bin not null
  name varchar(300) utf8mb4_nopad_bin not null
  folded varchar(300) utf8mb4_nopad_bin not null
  shown bigint(20) not null
  foreign key author_names_of_collections → collections (org_id, id)
  index author_names_by_author (org_id, collection_id, author_id)
  unique PRIMARY (org_id, origin_id, source, author_id, name, shown)

batches
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  origin_id varchar(80) ascii_nopad_bin not null
  ordinal bigint(20) not null
  chunks bigint(20) not null
  created_at bigint(20) not null
  state varchar(300) ascii_nopad_bin not null
  vectors_key varchar(300) ascii_nopad_bin
  languages longtext utf8mb4_nopad_bin not null
  foreign key batches_of_collections → collections (org_id, id)
  index batches_by_origin (origin_id, state)
  index batches_by_state (collection_id, state)
  index batches_of_collections (org_id, collection_id)
  unique PRIMARY (id)

chunks
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  conversation_id varchar(80) ascii_nopad_bin not null
  message_id varchar(80) ascii_nopad_bin not null
  batch_id varchar(80) ascii_nopad_bin not null
  part bigint(20) not null
  start bigint(20) not null
  language varchar(300) ascii_nopad_bin
  state varchar(300) ascii_nopad_bin not null
  message_ids longtext utf8mb4_nopad_bin
  text longtext utf8mb4_nopad_bin not null
  unit varchar(300) ascii_nopad_bin not null default 'message'
  answers bigint(20)
  best_id varchar(80) ascii_nopad_bin
  foreign key chunks_of_conversations → conversations (org_id, id)
  index chunks_by_batch (batch_id)
  index chunks_by_conversation (conversation_id, message_id)
  index chunks_by_state (state, collection_id)
  index chunks_of_conversations (org_id, conversation_id)
  unique PRIMARY (id)

collections
  id varchar(80) ascii_nopad_bin not null
  org_id varchar(80) ascii_nopad_bin not null
  name varchar(300) utf8mb4_nopad_bin not null
  description longtext utf8mb4_nopad_bin not null
  zone varchar(300) utf8mb4_nopad_bin not null
  state varchar(300) ascii_nopad_bin not null
  model_id varchar(300) utf8mb4_nopad_bin
  model_fingerprint varchar(300) ascii_nopad_bin
  created_at bigint(20) not null
  dim bigint(20)
  version bigint(20)
  indexed_chunks bigint(20) not null
  analysis_settings longtext utf8mb4_nopad_bin
  revision bigint(20) not null default 0
  erasures bigint(20) not null default 0
  health longtext utf8mb4_nopad_bin
  recut_after varchar(80) ascii_nopad_bin
  index collections_by_name (org_id, name)
  unique PRIMARY (id)
  unique collections_of_organization (org_id, id)

commits
  id varchar(80) ascii_nopad_bin not null
  mark varchar(80) ascii_nopad_bin not null
  at bigint(20) not null
  unique PRIMARY (id)

concepts
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  name varchar(300) utf8mb4_nopad_bin not null
  watch bigint(20) not null
  matches bigint(20)
  watched_version bigint(20)
  failing_since bigint(20)
  failures bigint(20) not null
  created_at bigint(20) not null
  updated_at bigint(20) not null
  bias double
  threshold double
  person_threshold double
  accuracy double
  trained_ms double
  query longtext utf8mb4_nopad_bin not null
  weights longtext utf8mb4_nopad_bin
  examples longtext utf8mb4_nopad_bin not null
  webhook longtext utf8mb4_nopad_bin
  secret longtext utf8mb4_nopad_bin
  webhook_state longtext utf8mb4_nopad_bin
  foreign key concepts_of_collections → collections (org_id, id)
  index concepts_by_collection (collection_id, created_at)
  index concepts_of_collections (org_id, collection_id)
  unique PRIMARY (id)

conversation_origins
  org_id varchar(80) ascii_nopad_bin not null
  conversation_id varchar(80) ascii_nopad_bin not null
  origin_id varchar(80) ascii_nopad_bin not null
  ordinal bigint(20) not null
  title longtext utf8mb4_nopad_bin
  channel longtext utf8mb4_nopad_bin
  raw longtext utf8mb4_nopad_bin
  as_of bigint(20)
  leaf_id varchar(80) ascii_nopad_bin
  partial bigint(20) not null default 0
  index conversation_origins_by_origin (org_id, origin_id)
  unique PRIMARY (org_id, conversation_id, origin_id)

conversations
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  origin_id varchar(80) ascii_nopad_bin not null
  source varchar(300) utf8mb4_nopad_bin not null
  tree bigint(20) not null
  message_count bigint(20) not null
  first_at bigint(20)
  last_at bigint(20)
  revision bigint(20) not null
  source_id longtext utf8mb4_nopad_bin not null
  title longtext utf8mb4_nopad_bin
  channel longtext utf8mb4_nopad_bin
  participants longtext utf8mb4_nopad_bin not null
  raw longtext utf8mb4_nopad_bin
  as_of bigint(20)
  leaf_id varchar(80) ascii_nopad_bin
  newest_id varchar(80) ascii_nopad_bin
  start_key varchar(300) ascii_nopad_bin
  end_key varchar(300) ascii_nopad_bin
  other_count bigint(20) not null default 0
  partial bigint(20) not null default 0
  foreign key conversations_of_collections → collections (org_id, id)
  index conversations_by_end (org_id, collection_id, last_at, id)
  index conversations_by_end_key (end_key, org_id, collection_id)
  index conversations_by_id (org_id, collection_id, id)
  index conversations_by_length (org_id, collection_id, message_count, id)
  index conversations_by_origin (origin_id)
  index conversations_by_start_key (start_key, org_id, collection_id)
  index conversations_sums (org_id, collection_id, source, message_count, other_count, first_at, last_at)
  unique PRIMARY (id)
  unique conversations_of_organization (org_id, id)

home
  id varchar(80) ascii_nopad_bin not null
  created_at bigint(20) not null
  unique PRIMARY (id)

jobs
  id varchar(80) ascii_nopad_bin not null
  org_id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  name varchar(300) ascii_nopad_bin not null
  job_key varchar(300) utf8mb4_nopad_bin
  state varchar(300) ascii_nopad_bin not null
  owner varchar(300) ascii_nopad_bin
  host varchar(300) ascii_nopad_bin
  ordinal bigint(20) not null
  run_at bigint(20) not null
  attempt bigint(20) not null
  starts bigint(20) not null
  checkpoint bigint(20) not null
  suspect bigint(20) not null
  fence bigint(20) not null
  lease_until bigint(20)
  created_at bigint(20) not null
  buried_at bigint(20)
  payload longtext utf8mb4_nopad_bin not null
  reason longtext utf8mb4_nopad_bin
  index jobs_by_key (name, job_key, state)
  index jobs_by_ordinal (ordinal)
  index jobs_by_state (state, host, owner)
  index jobs_due (name, state, run_at)
  index jobs_in_turn (name, state, org_id, collection_id, ordinal, run_at)
  unique PRIMARY (id)

label_chunks
  org_id varchar(80) ascii_nopad_bin not null
  label_id varchar(80) ascii_nopad_bin not null
  chunk_id varchar(80) ascii_nopad_bin not null
  index label_chunks_by_chunk (chunk_id)
  unique PRIMARY (org_id, label_id, chunk_id)

labels
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  name varchar(300) utf8mb4_nopad_bin not null
  created_at bigint(20) not null
  selection longtext utf8mb4_nopad_bin not null
  foreign key labels_of_collections → collections (org_id, id)
  index labels_by_collection (collection_id, created_at)
  index labels_of_collections (org_id, collection_id)
  unique PRIMARY (id)

llm_names
  org_id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  cache_key varchar(300) ascii_nopad_bin not null
  model varchar(300) utf8mb4_nopad_bin not null
  tokens_in bigint(20) not null
  tokens_out bigint(20) not null
  created_at bigint(20) not null
  answer longtext utf8mb4_nopad_bin not null
  foreign key llm_names_of_collections → collections (org_id, id)
  index llm_names_of_collections (org_id, collection_id)
  unique PRIMARY (collection_id, cache_key)

message_origins
  org_id varchar(80) ascii_nopad_bin not null
  message_id varchar(80) ascii_nopad_bin not null
  origin_id varchar(80) ascii_nopad_bin not null
  state bigint(20) not null
  index message_origins_by_origin (org_id, origin_id, state)
  unique PRIMARY (org_id, message_id, origin_id, state)

message_states
  org_id varchar(80) ascii_nopad_bin not null
  message_id varchar(80) ascii_nopad_bin not null
  state bigint(20) not null
  role varchar(300) ascii_nopad_bin not null
  kind varchar(300) ascii_nopad_bin not null
  at bigint(20)
  zone_known bigint(20) not null
  edited_at bigint(20)
  author longtext utf8mb4_nopad_bin not null
  author_id longtext utf8mb4_nopad_bin
  local_time longtext utf8mb4_nopad_bin
  model longtext utf8mb4_nopad_bin
  text longtext utf8mb4_nopad_bin not null
  attachments longtext utf8mb4_nopad_bin
  raw longblob not null
  unique PRIMARY (message_id, state)

messages
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  conversation_id varchar(80) ascii_nopad_bin not null
  origin_id varchar(80) ascii_nopad_bin not null
  parent_id varchar(80) ascii_nopad_bin
  reply_to_id varchar(80) ascii_nopad_bin
  on_main_path bigint(20) not null
  position double not null
  role varchar(300) ascii_nopad_bin not null
  kind varchar(300) ascii_nopad_bin not null
  at bigint(20)
  zone_known bigint(20) not null
  edited_at bigint(20)
  source_id longtext utf8mb4_nopad_bin
  author longtext utf8mb4_nopad_bin not null
  author_id longtext utf8mb4_nopad_bin
  local_time longtext utf8mb4_nopad_bin
  model longtext utf8mb4_nopad_bin
  text longtext utf8mb4_nopad_bin not null
  attachments longtext utf8mb4_nopad_bin
  raw longblob not null
  gone bigint(20) not null default 0
  foreign key messages_of_conversations → conversations (org_id, id)
  index messages_by_origin (origin_id, conversation_id)
  index messages_by_parent (parent_id)
  index messages_in_order (conversation_id, position)
  index messages_of_conversations (org_id, conversation_id)
  unique PRIMARY (id)

sessions
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  conversation_id varchar(80) ascii_nopad_bin not null
  source varchar(300) utf8mb4_nopad_bin not null
  external_id varchar(300) utf8mb4_nopad_bin not null
  state varchar(300) ascii_nopad_bin not null
  created_at bigint(20) not null
  appended_at bigint(20)
  ended_at bigint(20)
  pending bigint(20) not null
  pending_since bigint(20)
  pending_from double
  title longtext utf8mb4_nopad_bin
  channel longtext utf8mb4_nopad_bin
  foreign key sessions_of_collections → collections (org_id, id)
  index sessions_by_external_id (collection_id, source, external_id)
  index sessions_by_pending (collection_id, pending_since)
  index sessions_by_state (state)
  index sessions_of_collections (org_id, collection_id)
  unique PRIMARY (id)

topic_edits
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  state varchar(300) ascii_nopad_bin not null
  ordinal bigint(20) not null
  at bigint(20) not null
  undone_at bigint(20)
  edit longtext utf8mb4_nopad_bin not null
  says longtext utf8mb4_nopad_bin not null
  outcome longtext utf8mb4_nopad_bin
  foreign key topic_edits_of_collections → collections (org_id, id)
  index topic_edits_by_collection (collection_id, ordinal)
  index topic_edits_of_collections (org_id, collection_id)
  unique PRIMARY (id)

topic_events
  org_id varchar(80) ascii_nopad_bin not null
  analysis_id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  topic_id varchar(80) ascii_nopad_bin not null
  kind varchar(300) ascii_nopad_bin not null
  ordinal bigint(20) not null
  from_version bigint(20)
  to_version bigint(20) not null
  size_before bigint(20) not null
  size_after bigint(20) not null
  at bigint(20) not null
  others longtext utf8mb4_nopad_bin not null
  foreign key topic_events_of_collections → collections (org_id, id)
  index topic_events_by_collection (collection_id, at)
  index topic_events_by_topic (topic_id, at)
  index topic_events_of_collections (org_id, collection_id)
  unique PRIMARY (analysis_id, ordinal)

topics
  org_id varchar(80) ascii_nopad_bin not null
  id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  parent_id varchar(80) ascii_nopad_bin
  state varchar(300) ascii_nopad_bin not null
  title_by varchar(300) ascii_nopad_bin not null
  level bigint(20) not null
  ordinal bigint(20) not null
  leaf_number bigint(20)
  hidden bigint(20) not null
  colour bigint(20) not null
  born_version bigint(20) not null
  died_version bigint(20)
  points bigint(20) not null
  messages bigint(20) not null
  conversations bigint(20) not null
  people bigint(20) not null
  first_at bigint(20)
  last_at bigint(20)
  silhouette double
  cohesion double
  title longtext utf8mb4_nopad_bin not null
  given_title longtext utf8mb4_nopad_bin
  llm_title longtext utf8mb4_nopad_bin
  made_title longtext utf8mb4_nopad_bin not null
  summary longtext utf8mb4_nopad_bin
  keywords longtext utf8mb4_nopad_bin not null
  typical longtext utf8mb4_nopad_bin not null
  spark longtext utf8mb4_nopad_bin not null
  trend longtext utf8mb4_nopad_bin not null
  foreign key topics_of_collections → collections (org_id, id)
  index topics_by_collection (collection_id, state, ordinal)
  index topics_of_collections (org_id, collection_id)
  unique PRIMARY (id)

turns
  name varchar(300) ascii_nopad_bin not null
  unique PRIMARY (name)

uploads
  id varchar(80) ascii_nopad_bin not null
  org_id varchar(80) ascii_nopad_bin not null
  collection_id varchar(80) ascii_nopad_bin not null
  filename longtext utf8mb4_nopad_bin not null
  sha256 varchar(300) ascii_nopad_bin not null
  blob_key varchar(300) ascii_nopad_bin not null
  state varchar(300) ascii_nopad_bin not null
  source varchar(300) ascii_nopad_bin
  format varchar(300) ascii_nopad_bin
  idempotency_key varchar(300) utf8mb4_nopad_bin
  bytes bigint(20) not null
  created_at bigint(20) not null
  started_at bigint(20)
  finished_at bigint(20)
  attempt bigint(20) not null
  bytes_read bigint(20) not null
  parts_done bigint(20) not null
  conversations bigint(20) not null
  new_messages bigint(20) not null
  known_messages bigint(20) not null
  changed_messages bigint(20) not null
  chunks bigint(20) not null
  problem_count bigint(20) not null
  cancel_requested bigint(20) not null
  problems longtext utf8mb4_nopad_bin not null
  error_code longtext utf8mb4_nopad_bin
  error_message longtext utf8mb4_nopad_bin
  error_hint longtext utf8mb4_nopad_bin
  cut_conversation varchar(80) ascii_nopad_bin
  cut_from double
  foreign key uploads_of_collections → collections (org_id, id)
  index uploads_by_collection (collection_id, created_at)
  index uploads_by_idempotency_key (collection_id, idempotency_key)
  index uploads_by_state (state)
  index uploads_of_collections (org_id, collection_id)
  unique PRIMARY (id)
