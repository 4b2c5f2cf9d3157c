alerts (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, concept_id varchar(80) ascii_nopad_bin not null, chunk_id varchar(80) ascii_nopad_bin not null, message_id varchar(80) ascii_nopad_bin not null, conversation_id varchar(80) ascii_nopad_bin not null, post_id varchar(80) ascii_nopad_bin, post_state varchar(300) ascii_nopad_bin, probability double not null, raised_at bigint(20) not null, seen bigint(20) not null)
  foreign key alerts_of_collections → collections (org_id, id)
  index alerts_by_chunk (chunk_id)
  index alerts_by_collection (collection_id, raised_at, id)
  index alerts_by_concept (concept_id, raised_at, id)
  index alerts_by_post (concept_id, post_state, raised_at)
  index alerts_of_collections (org_id, collection_id)
  unique PRIMARY (id)
  unique alerts_once_a_chunk (concept_id, chunk_id)

analyses (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, state varchar(300) ascii_nopad_bin not null, mode varchar(300) ascii_nopad_bin not null, progress double not null, version bigint(20), points bigint(20) not null, messages bigint(20) not null, topics bigint(20) not null, created_at bigint(20) not null, started_at bigint(20), finished_at bigint(20), doing longtext utf8mb4_nopad_bin, settings longtext utf8mb4_nopad_bin not null, quality longtext utf8mb4_nopad_bin, steps longtext utf8mb4_nopad_bin not null, llm longtext utf8mb4_nopad_bin, error longtext utf8mb4_nopad_bin)
  foreign key analyses_of_collections → collections (org_id, id)
  index analyses_by_collection (collection_id, created_at)
  index analyses_of_collections (org_id, collection_id)
  unique PRIMARY (id)

api_keys (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, prefix varchar(300) ascii_nopad_bin not null, hash varchar(80) ascii_nopad_bin not null, scopes varchar(300) ascii_nopad_bin not null, collections longtext utf8mb4_nopad_bin, created_at bigint(20) not null, until bigint(20), used_at bigint(20))
  index api_keys_by_user (org_id, user_id)
  unique PRIMARY (id)
  unique api_keys_by_hash (hash)

attachments (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, upload_id varchar(80) ascii_nopad_bin not null, message_id varchar(80) ascii_nopad_bin not null, place bigint(20) not null, name longtext utf8mb4_nopad_bin not null, media_type varchar(300) ascii_nopad_bin not null, size bigint(20) not null, sha256 varchar(80) ascii_nopad_bin not null, blob_key varchar(300) ascii_nopad_bin not null)
  foreign key attachments_of_collections → collections (org_id, id)
  index attachments_by_collection (collection_id)
  index attachments_by_message (message_id)
  index attachments_by_upload (upload_id)
  index attachments_of_collections (org_id, collection_id)
  unique PRIMARY (id)

audit (org_id varchar(80) ascii_nopad_bin not null, seq bigint(20) not null, at bigint(20) not null, actor varchar(300) utf8mb4_nopad_bin not null, actor_id varchar(80) ascii_nopad_bin, action varchar(300) ascii_nopad_bin not null, target varchar(300) ascii_nopad_bin, details longtext utf8mb4_nopad_bin not null, network varchar(300) ascii_nopad_bin, seal varchar(80) ascii_nopad_bin not null)
  index audit_by_time (org_id, at)
  unique PRIMARY (org_id, seq)

author_names (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, source varchar(300) ascii_nopad_bin not null, author_id varchar(300) utf8mb4_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, folded varchar(300) utf8mb4_nopad_bin not null, shown bigint(20) not null)
  foreign key author_names_of_collections → collections (org_id, id)
  index author_names_by_author (org_id, collection_id, author_id)
  unique PRIMARY (org_id, origin_id, source, author_id, name, shown)

batches (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, ordinal bigint(20) not null, chunks bigint(20) not null, created_at bigint(20) not null, state varchar(300) ascii_nopad_bin not null, vectors_key varchar(300) ascii_nopad_bin, languages longtext utf8mb4_nopad_bin not null)
  foreign key batches_of_collections → collections (org_id, id)
  index batches_by_origin (origin_id, state)
  index batches_by_state (collection_id, state)
  index batches_of_collections (org_id, collection_id)
  unique PRIMARY (id)

chunks (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, conversation_id varchar(80) ascii_nopad_bin not null, message_id varchar(80) ascii_nopad_bin not null, batch_id varchar(80) ascii_nopad_bin not null, part bigint(20) not null, start bigint(20) not null, language varchar(300) ascii_nopad_bin, state varchar(300) ascii_nopad_bin not null, message_ids longtext utf8mb4_nopad_bin, text longtext utf8mb4_nopad_bin not null, unit varchar(300) ascii_nopad_bin not null default 'message', answers bigint(20), best_id varchar(80) ascii_nopad_bin)
  foreign key chunks_of_conversations → conversations (org_id, id)
  index chunks_by_batch (batch_id)
  index chunks_by_conversation (conversation_id, message_id)
  index chunks_by_state (state, collection_id)
  index chunks_of_conversations (org_id, conversation_id)
  unique PRIMARY (id)

collection_access (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, principal varchar(80) ascii_nopad_bin not null, level bigint(20) not null)
  foreign key collection_access_of_collections → collections (org_id, id)
  index collection_access_by_principal (org_id, principal)
  unique PRIMARY (org_id, collection_id, principal)

collections (id varchar(80) ascii_nopad_bin not null, org_id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, description longtext utf8mb4_nopad_bin not null, zone varchar(300) utf8mb4_nopad_bin not null, state varchar(300) ascii_nopad_bin not null, model_id varchar(300) utf8mb4_nopad_bin, model_fingerprint varchar(300) ascii_nopad_bin, created_at bigint(20) not null, dim bigint(20), version bigint(20), indexed_chunks bigint(20) not null, analysis_settings longtext utf8mb4_nopad_bin, revision bigint(20) not null default 0, erasures bigint(20) not null default 0, health longtext utf8mb4_nopad_bin, recut_after varchar(80) ascii_nopad_bin, confirm_imports varchar(300) ascii_nopad_bin, fill_by bigint(20), kept_columns longtext utf8mb4_nopad_bin, keep_attachments varchar(300) ascii_nopad_bin, cleaning longtext utf8mb4_nopad_bin, changed_texts bigint(20) not null default 0)
  index collections_by_name (org_id, name)
  unique PRIMARY (id)
  unique collections_of_organization (org_id, id)

commits (id varchar(80) ascii_nopad_bin not null, mark varchar(80) ascii_nopad_bin not null, at bigint(20) not null)
  unique PRIMARY (id)

concepts (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, watch bigint(20) not null, matches bigint(20), watched_version bigint(20), failing_since bigint(20), failures bigint(20) not null, created_at bigint(20) not null, updated_at bigint(20) not null, bias double, threshold double, person_threshold double, accuracy double, trained_ms double, query longtext utf8mb4_nopad_bin not null, weights longtext utf8mb4_nopad_bin, examples longtext utf8mb4_nopad_bin not null, webhook longtext utf8mb4_nopad_bin, secret longtext utf8mb4_nopad_bin, webhook_state longtext utf8mb4_nopad_bin)
  foreign key concepts_of_collections → collections (org_id, id)
  index concepts_by_collection (collection_id, created_at)
  index concepts_of_collections (org_id, collection_id)
  unique PRIMARY (id)

conversation_origins (org_id varchar(80) ascii_nopad_bin not null, conversation_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, ordinal bigint(20) not null, title longtext utf8mb4_nopad_bin, channel longtext utf8mb4_nopad_bin, raw longtext utf8mb4_nopad_bin, as_of bigint(20), leaf_id varchar(80) ascii_nopad_bin, partial bigint(20) not null default 0)
  index conversation_origins_by_origin (org_id, origin_id)
  unique PRIMARY (org_id, conversation_id, origin_id)

conversations (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, source varchar(300) utf8mb4_nopad_bin not null, tree bigint(20) not null, message_count bigint(20) not null, first_at bigint(20), last_at bigint(20), revision bigint(20) not null, source_id longtext utf8mb4_nopad_bin not null, title longtext utf8mb4_nopad_bin, channel longtext utf8mb4_nopad_bin, participants longtext utf8mb4_nopad_bin not null, raw longtext utf8mb4_nopad_bin, as_of bigint(20), leaf_id varchar(80) ascii_nopad_bin, newest_id varchar(80) ascii_nopad_bin, start_key varchar(300) ascii_nopad_bin, end_key varchar(300) ascii_nopad_bin, other_count bigint(20) not null default 0, partial bigint(20) not null default 0, said_key varchar(300) ascii_nopad_bin, said_revision bigint(20) not null default 0)
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

dismissed_people (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, one varchar(300) utf8mb4_nopad_bin not null, other varchar(300) utf8mb4_nopad_bin not null, at bigint(20) not null)
  foreign key dismissed_people_of_collections → collections (org_id, id)
  unique PRIMARY (org_id, collection_id, one, other)

erased_authors (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null)
  foreign key erased_authors_of_collections → collections (org_id, id)
  index erased_authors_of_collections (org_id, collection_id)
  unique PRIMARY (org_id, origin_id, name)

findings (org_id varchar(80) ascii_nopad_bin not null, message_id varchar(80) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, conversation_id varchar(80) ascii_nopad_bin not null, action varchar(300) ascii_nopad_bin not null, places bigint(20) not null, shown longtext utf8mb4_nopad_bin not null)
  foreign key findings_of_collections → collections (org_id, id)
  index findings_by_collection (org_id, collection_id, message_id)
  unique PRIMARY (org_id, message_id, kind)

guessed_bots (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null)
  foreign key guessed_bots_of_collections → collections (org_id, id)
  unique PRIMARY (org_id, collection_id, name)

home (id varchar(80) ascii_nopad_bin not null, created_at bigint(20) not null)
  unique PRIMARY (id)

identities (issuer varchar(300) utf8mb4_nopad_bin not null, subject varchar(300) utf8mb4_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, provider varchar(300) ascii_nopad_bin not null, email varchar(300) utf8mb4_nopad_bin, role varchar(300) ascii_nopad_bin, created_at bigint(20) not null)
  index identities_by_user (user_id)
  unique PRIMARY (issuer, subject)

jobs (id varchar(80) ascii_nopad_bin not null, org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, name varchar(300) ascii_nopad_bin not null, job_key varchar(300) utf8mb4_nopad_bin, state varchar(300) ascii_nopad_bin not null, owner varchar(300) ascii_nopad_bin, host varchar(300) ascii_nopad_bin, ordinal bigint(20) not null, run_at bigint(20) not null, attempt bigint(20) not null, starts bigint(20) not null, checkpoint bigint(20) not null, suspect bigint(20) not null, fence bigint(20) not null, lease_until bigint(20), created_at bigint(20) not null, buried_at bigint(20), payload longtext utf8mb4_nopad_bin not null, reason longtext utf8mb4_nopad_bin, published_until bigint(20))
  index jobs_by_key (name, job_key, state)
  index jobs_by_ordinal (ordinal)
  index jobs_by_state (state, host, owner)
  index jobs_due (name, state, run_at)
  index jobs_in_turn (name, state, org_id, collection_id, ordinal, run_at)
  index jobs_published (name, published_until)
  unique PRIMARY (id)

label_chunks (org_id varchar(80) ascii_nopad_bin not null, label_id varchar(80) ascii_nopad_bin not null, chunk_id varchar(80) ascii_nopad_bin not null)
  index label_chunks_by_chunk (chunk_id)
  unique PRIMARY (org_id, label_id, chunk_id)

labels (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, created_at bigint(20) not null, selection longtext utf8mb4_nopad_bin not null)
  foreign key labels_of_collections → collections (org_id, id)
  index labels_by_collection (collection_id, created_at)
  index labels_of_collections (org_id, collection_id)
  unique PRIMARY (id)

leases (name varchar(300) ascii_nopad_bin not null, host varchar(300) ascii_nopad_bin not null, owner varchar(300) ascii_nopad_bin not null, token varchar(80) ascii_nopad_bin not null, until bigint(20) not null)
  index leases_by_host (host, owner)
  unique PRIMARY (name)

links (hash varchar(80) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, in_organization varchar(80) ascii_nopad_bin, user_id varchar(80) ascii_nopad_bin, email varchar(300) utf8mb4_nopad_bin, role varchar(300) ascii_nopad_bin, made_by varchar(80) ascii_nopad_bin, created_at bigint(20) not null, until bigint(20) not null, used_at bigint(20), sealed longtext utf8mb4_nopad_bin)
  index links_by_id (id)
  index links_by_kind (kind, in_organization)
  index links_by_time (until)
  unique PRIMARY (hash)

llm_names (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, cache_key varchar(300) ascii_nopad_bin not null, model varchar(300) utf8mb4_nopad_bin not null, tokens_in bigint(20) not null, tokens_out bigint(20) not null, created_at bigint(20) not null, answer longtext utf8mb4_nopad_bin not null)
  foreign key llm_names_of_collections → collections (org_id, id)
  index llm_names_of_collections (org_id, collection_id)
  unique PRIMARY (collection_id, cache_key)

looks (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, by_id varchar(80) ascii_nopad_bin, by_session varchar(80) ascii_nopad_bin, reason varchar(300) utf8mb4_nopad_bin not null, begun_at bigint(20) not null, until bigint(20) not null, ended_at bigint(20), ended_by varchar(300) ascii_nopad_bin)
  index looks_by_end (ended_at, begun_at)
  index looks_by_user (user_id, begun_at)
  unique PRIMARY (id)

memberships (org_id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, role varchar(300) ascii_nopad_bin not null, state varchar(300) ascii_nopad_bin not null, joined_at bigint(20) not null, invited_by varchar(80) ascii_nopad_bin)
  index memberships_by_user (user_id)
  unique PRIMARY (org_id, user_id)

message_origins (org_id varchar(80) ascii_nopad_bin not null, message_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, state bigint(20) not null)
  index message_origins_by_origin (org_id, origin_id, state)
  unique PRIMARY (org_id, message_id, origin_id, state)

message_states (org_id varchar(80) ascii_nopad_bin not null, message_id varchar(80) ascii_nopad_bin not null, state bigint(20) not null, role varchar(300) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, at bigint(20), zone_known bigint(20) not null, edited_at bigint(20), author longtext utf8mb4_nopad_bin not null, author_id longtext utf8mb4_nopad_bin, local_time longtext utf8mb4_nopad_bin, model longtext utf8mb4_nopad_bin, text longtext utf8mb4_nopad_bin not null, attachments longtext utf8mb4_nopad_bin, raw longblob not null, unmasked longtext utf8mb4_nopad_bin)
  unique PRIMARY (message_id, state)

messages (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, conversation_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, parent_id varchar(80) ascii_nopad_bin, reply_to_id varchar(80) ascii_nopad_bin, on_main_path bigint(20) not null, position double not null, role varchar(300) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, at bigint(20), zone_known bigint(20) not null, edited_at bigint(20), source_id longtext utf8mb4_nopad_bin, author longtext utf8mb4_nopad_bin not null, author_id longtext utf8mb4_nopad_bin, local_time longtext utf8mb4_nopad_bin, model longtext utf8mb4_nopad_bin, text longtext utf8mb4_nopad_bin not null, attachments longtext utf8mb4_nopad_bin, raw longblob not null, gone bigint(20) not null default 0, unmasked longtext utf8mb4_nopad_bin)
  foreign key messages_of_conversations → conversations (org_id, id)
  index messages_by_origin (origin_id, conversation_id)
  index messages_by_parent (parent_id)
  index messages_in_order (conversation_id, position)
  index messages_of_conversations (org_id, conversation_id)
  unique PRIMARY (id)

news (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, subject varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin, count bigint(20) not null, at bigint(20) not null)
  index news_by_time (at)
  unique PRIMARY (id)

notices (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, subject varchar(80) ascii_nopad_bin not null, count bigint(20) not null, at bigint(20) not null, in_app bigint(20) not null, seen_at bigint(20), mail varchar(300) ascii_nopad_bin not null, mail_at bigint(20) not null, tries bigint(20) not null)
  index notices_by_mail (mail, mail_at)
  index notices_by_time (at)
  index notices_by_user (org_id, user_id, at)
  unique PRIMARY (id)

organizations (id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, requires_second_factor bigint(20) not null, keeps_search_texts bigint(20) not null default 0, created_at bigint(20) not null, allows_looking bigint(20) not null default 0)
  unique PRIMARY (id)

own_names (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, source varchar(300) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, mine bigint(20) not null)
  foreign key own_names_of_collections → collections (org_id, id)
  unique PRIMARY (org_id, collection_id, user_id, source, name)

passkeys (id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, credential longtext utf8mb4_nopad_bin not null, public_key longtext utf8mb4_nopad_bin not null, counter bigint(20) not null, transports varchar(300) ascii_nopad_bin not null, site varchar(300) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, created_at bigint(20) not null, used_at bigint(20))
  index passkeys_by_user (user_id)
  unique PRIMARY (id)

people_edits (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin, at bigint(20) not null, kind varchar(300) ascii_nopad_bin not null, before longtext utf8mb4_nopad_bin not null, after longtext utf8mb4_nopad_bin not null, undone_at bigint(20))
  foreign key people_edits_of_collections → collections (org_id, id)
  index people_edits_by_collection (org_id, collection_id, at)
  unique PRIMARY (id)

person_names (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, source varchar(300) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, shown varchar(300) utf8mb4_nopad_bin, bot bigint(20))
  foreign key person_names_of_collections → collections (org_id, id)
  unique PRIMARY (org_id, collection_id, source, name)

pictures (user_id varchar(80) ascii_nopad_bin not null, tag varchar(80) ascii_nopad_bin not null, type varchar(300) ascii_nopad_bin not null, bytes longblob not null, changed_at bigint(20) not null)
  unique PRIMARY (user_id)

provisioned (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, external_id varchar(300) utf8mb4_nopad_bin, name varchar(300) utf8mb4_nopad_bin, given longtext utf8mb4_nopad_bin not null, joined_at bigint(20), changed_at bigint(20) not null)
  index provisioned_by_external (org_id, external_id)
  index provisioned_by_name (org_id, name)
  unique PRIMARY (org_id, id)

quotas (org_id varchar(80) ascii_nopad_bin not null, requests_per_minute bigint(20), tokens_per_day bigint(20), stored_bytes bigint(20))
  unique PRIMARY (org_id)

recovery_codes (user_id varchar(80) ascii_nopad_bin not null, hash varchar(80) ascii_nopad_bin not null)
  unique PRIMARY (user_id, hash)

refresh_tokens (hash varchar(80) ascii_nopad_bin not null, session_id varchar(80) ascii_nopad_bin not null, until bigint(20) not null, used_at bigint(20), answer longtext utf8mb4_nopad_bin)
  index refresh_tokens_by_session (session_id)
  index refresh_tokens_by_time (until)
  unique PRIMARY (hash)

search_counts (org_id varchar(80) ascii_nopad_bin not null, day bigint(20) not null, mode varchar(300) ascii_nopad_bin not null, searches bigint(20) not null, empty bigint(20) not null, times longtext utf8mb4_nopad_bin not null, opened longtext utf8mb4_nopad_bin not null)
  unique PRIMARY (org_id, day, mode)

search_texts (org_id varchar(80) ascii_nopad_bin not null, day bigint(20) not null, text varchar(300) utf8mb4_nopad_bin not null, searches bigint(20) not null, empty bigint(20) not null)
  unique PRIMARY (org_id, day, text)

server_settings (name varchar(300) ascii_nopad_bin not null, value longtext utf8mb4_nopad_bin not null)
  unique PRIMARY (name)

sessions (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, conversation_id varchar(80) ascii_nopad_bin not null, source varchar(300) utf8mb4_nopad_bin not null, external_id varchar(300) utf8mb4_nopad_bin not null, state varchar(300) ascii_nopad_bin not null, created_at bigint(20) not null, appended_at bigint(20), ended_at bigint(20), pending bigint(20) not null, pending_since bigint(20), pending_from double, title longtext utf8mb4_nopad_bin, channel longtext utf8mb4_nopad_bin)
  foreign key sessions_of_collections → collections (org_id, id)
  index sessions_by_external_id (collection_id, source, external_id)
  index sessions_by_pending (collection_id, pending_since)
  index sessions_by_state (state)
  index sessions_of_collections (org_id, collection_id)
  unique PRIMARY (id)

shares (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, hash varchar(80) ascii_nopad_bin not null, made_by varchar(80) ascii_nopad_bin not null, target longtext utf8mb4_nopad_bin not null, title longtext utf8mb4_nopad_bin not null, password_hash longtext utf8mb4_nopad_bin, created_at bigint(20) not null, until bigint(20) not null, opened bigint(20) not null, opened_at bigint(20))
  foreign key shares_of_collections → collections (org_id, id)
  index shares_by_collection (org_id, collection_id)
  unique PRIMARY (id)
  unique shares_by_hash (hash)

sign_in_providers (id varchar(300) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, state varchar(300) ascii_nopad_bin not null, settings longtext utf8mb4_nopad_bin not null, sealed longtext utf8mb4_nopad_bin, revision bigint(20) not null, created_at bigint(20) not null, changed_at bigint(20) not null)
  unique PRIMARY (id)

spent (id varchar(300) ascii_nopad_bin not null, until bigint(20) not null)
  index spent_by_time (until)
  unique PRIMARY (id)

team_members (org_id varchar(80) ascii_nopad_bin not null, team_id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null)
  foreign key team_members_of_teams → teams (org_id, id)
  index team_members_by_user (org_id, user_id)
  unique PRIMARY (org_id, team_id, user_id)

teams (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, created_at bigint(20) not null)
  unique PRIMARY (id)
  unique teams_of_organization (org_id, id)

told_owners (org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, origin_id varchar(80) ascii_nopad_bin not null, source varchar(300) ascii_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null)
  foreign key told_owners_of_collections → collections (org_id, id)
  unique PRIMARY (org_id, collection_id, origin_id, source, name)

topic_edits (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, state varchar(300) ascii_nopad_bin not null, ordinal bigint(20) not null, at bigint(20) not null, undone_at bigint(20), edit longtext utf8mb4_nopad_bin not null, says longtext utf8mb4_nopad_bin not null, outcome longtext utf8mb4_nopad_bin)
  foreign key topic_edits_of_collections → collections (org_id, id)
  index topic_edits_by_collection (collection_id, ordinal)
  index topic_edits_of_collections (org_id, collection_id)
  unique PRIMARY (id)

topic_events (org_id varchar(80) ascii_nopad_bin not null, analysis_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, topic_id varchar(80) ascii_nopad_bin not null, kind varchar(300) ascii_nopad_bin not null, ordinal bigint(20) not null, from_version bigint(20), to_version bigint(20) not null, size_before bigint(20) not null, size_after bigint(20) not null, at bigint(20) not null, others longtext utf8mb4_nopad_bin not null)
  foreign key topic_events_of_collections → collections (org_id, id)
  index topic_events_by_collection (collection_id, at)
  index topic_events_by_topic (topic_id, at)
  index topic_events_of_collections (org_id, collection_id)
  unique PRIMARY (analysis_id, ordinal)

topics (org_id varchar(80) ascii_nopad_bin not null, id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, parent_id varchar(80) ascii_nopad_bin, state varchar(300) ascii_nopad_bin not null, title_by varchar(300) ascii_nopad_bin not null, level bigint(20) not null, ordinal bigint(20) not null, leaf_number bigint(20), hidden bigint(20) not null, colour bigint(20) not null, born_version bigint(20) not null, died_version bigint(20), points bigint(20) not null, messages bigint(20) not null, conversations bigint(20) not null, people bigint(20) not null, first_at bigint(20), last_at bigint(20), silhouette double, cohesion double, title longtext utf8mb4_nopad_bin not null, given_title longtext utf8mb4_nopad_bin, llm_title longtext utf8mb4_nopad_bin, made_title longtext utf8mb4_nopad_bin not null, summary longtext utf8mb4_nopad_bin, keywords longtext utf8mb4_nopad_bin not null, typical longtext utf8mb4_nopad_bin not null, spark longtext utf8mb4_nopad_bin not null, trend longtext utf8mb4_nopad_bin not null)
  foreign key topics_of_collections → collections (org_id, id)
  index topics_by_collection (collection_id, state, ordinal)
  index topics_of_collections (org_id, collection_id)
  unique PRIMARY (id)

tries (name varchar(300) ascii_nopad_bin not null, count bigint(20) not null, until bigint(20) not null)
  index tries_by_time (until)
  unique PRIMARY (name)

turns (name varchar(300) ascii_nopad_bin not null)
  unique PRIMARY (name)

uploads (id varchar(80) ascii_nopad_bin not null, org_id varchar(80) ascii_nopad_bin not null, collection_id varchar(80) ascii_nopad_bin not null, filename longtext utf8mb4_nopad_bin not null, sha256 varchar(300) ascii_nopad_bin not null, blob_key varchar(300) ascii_nopad_bin not null, state varchar(300) ascii_nopad_bin not null, source varchar(300) ascii_nopad_bin, format varchar(300) ascii_nopad_bin, idempotency_key varchar(300) utf8mb4_nopad_bin, bytes bigint(20) not null, created_at bigint(20) not null, started_at bigint(20), finished_at bigint(20), attempt bigint(20) not null, bytes_read bigint(20) not null, parts_done bigint(20) not null, conversations bigint(20) not null, new_messages bigint(20) not null, known_messages bigint(20) not null, changed_messages bigint(20) not null, chunks bigint(20) not null, problem_count bigint(20) not null, cancel_requested bigint(20) not null, problems longtext utf8mb4_nopad_bin not null, error_code longtext utf8mb4_nopad_bin, error_message longtext utf8mb4_nopad_bin, error_hint longtext utf8mb4_nopad_bin, cut_conversation varchar(80) ascii_nopad_bin, cut_from double, brought_by varchar(80) ascii_nopad_bin, confirmation varchar(300) ascii_nopad_bin not null default 'none', inspection longtext utf8mb4_nopad_bin, confirm_by bigint(20), chosen_columns longtext utf8mb4_nopad_bin, seen_tables longtext utf8mb4_nopad_bin, replaces varchar(80) ascii_nopad_bin, used_columns longtext utf8mb4_nopad_bin, attachments_kept bigint(20) not null default 0, attachment_bytes bigint(20) not null default 0, attachments_large bigint(20) not null default 0, attachments_missing bigint(20) not null default 0, cleaned longtext utf8mb4_nopad_bin, reader bigint(20) not null default 0, read_again bigint(20) not null default 0, document_characters bigint(20) not null default 0, checkpoint longtext utf8mb4_nopad_bin)
  foreign key uploads_of_collections → collections (org_id, id)
  index uploads_by_collection (collection_id, created_at)
  index uploads_by_idempotency_key (collection_id, idempotency_key)
  index uploads_by_state (state)
  index uploads_of_collections (org_id, collection_id)
  unique PRIMARY (id)

used (name varchar(300) ascii_nopad_bin not null, since bigint(20) not null, count bigint(20) not null, until bigint(20) not null)
  index used_by_time (until)
  unique PRIMARY (name)

user_sessions (id varchar(80) ascii_nopad_bin not null, user_id varchar(80) ascii_nopad_bin not null, in_organization varchar(80) ascii_nopad_bin not null, created_at bigint(20) not null, used_at bigint(20) not null, until bigint(20) not null, device varchar(300) utf8mb4_nopad_bin not null, network varchar(300) ascii_nopad_bin not null, ended_at bigint(20), ended_by varchar(300) ascii_nopad_bin, proved_at bigint(20))
  index user_sessions_by_time (until)
  index user_sessions_by_user (user_id, ended_at)
  unique PRIMARY (id)

users (id varchar(80) ascii_nopad_bin not null, email varchar(300) utf8mb4_nopad_bin not null, name varchar(300) utf8mb4_nopad_bin not null, password_hash longtext utf8mb4_nopad_bin, state varchar(300) ascii_nopad_bin not null, created_at bigint(20) not null, verified_at bigint(20), totp longtext utf8mb4_nopad_bin, totp_pending longtext utf8mb4_nopad_bin, totp_step bigint(20) not null, preferences longtext utf8mb4_nopad_bin not null)
  unique PRIMARY (id)
  unique users_by_email (email)
