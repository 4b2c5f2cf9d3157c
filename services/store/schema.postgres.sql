alerts (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, concept_id character varying(80) collate C not null, chunk_id character varying(80) collate C not null, message_id character varying(80) collate C not null, conversation_id character varying(80) collate C not null, post_id character varying(80) collate C, post_state character varying(300) collate C, probability double precision not null, raised_at bigint not null, seen bigint not null)
  CREATE INDEX alerts_by_chunk ON public.alerts USING btree (chunk_id)
  CREATE INDEX alerts_by_collection ON public.alerts USING btree (collection_id, raised_at, id)
  CREATE INDEX alerts_by_concept ON public.alerts USING btree (concept_id, raised_at, id)
  CREATE INDEX alerts_by_post ON public.alerts USING btree (concept_id, post_state, raised_at)
  CREATE UNIQUE INDEX alerts_key ON public.alerts USING btree (id)
  CREATE UNIQUE INDEX alerts_once_a_chunk ON public.alerts USING btree (concept_id, chunk_id)
  alerts_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

analyses (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, state character varying(300) collate C not null, mode character varying(300) collate C not null, progress double precision not null, version bigint, points bigint not null, messages bigint not null, topics bigint not null, created_at bigint not null, started_at bigint, finished_at bigint, doing text collate C, settings text collate C not null, quality text collate C, steps text collate C not null, llm text collate C, error text collate C)
  CREATE INDEX analyses_by_collection ON public.analyses USING btree (collection_id, created_at)
  CREATE UNIQUE INDEX analyses_key ON public.analyses USING btree (id)
  analyses_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

api_keys (org_id character varying(80) collate C not null, id character varying(80) collate C not null, user_id character varying(80) collate C not null, name character varying(300) collate C not null, prefix character varying(300) collate C not null, hash character varying(80) collate C not null, scopes character varying(300) collate C not null, collections text collate C, created_at bigint not null, until bigint, used_at bigint)
  CREATE INDEX api_keys_by_user ON public.api_keys USING btree (org_id, user_id)
  CREATE UNIQUE INDEX api_keys_by_hash ON public.api_keys USING btree (hash)
  CREATE UNIQUE INDEX api_keys_key ON public.api_keys USING btree (id)

attachments (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, upload_id character varying(80) collate C not null, message_id character varying(80) collate C not null, place bigint not null, name text collate C not null, media_type character varying(300) collate C not null, size bigint not null, sha256 character varying(80) collate C not null, blob_key character varying(300) collate C not null)
  CREATE INDEX attachments_by_collection ON public.attachments USING btree (collection_id)
  CREATE INDEX attachments_by_message ON public.attachments USING btree (message_id)
  CREATE INDEX attachments_by_upload ON public.attachments USING btree (upload_id)
  CREATE UNIQUE INDEX attachments_key ON public.attachments USING btree (id)
  attachments_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

audit (org_id character varying(80) collate C not null, seq bigint not null, at bigint not null, actor character varying(300) collate C not null, actor_id character varying(80) collate C, action character varying(300) collate C not null, target character varying(300) collate C, details text collate C not null, network character varying(300) collate C, seal character varying(80) collate C not null)
  CREATE INDEX audit_by_time ON public.audit USING btree (org_id, at)
  CREATE UNIQUE INDEX audit_key ON public.audit USING btree (org_id, seq)

author_names (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, source character varying(300) collate C not null, author_id character varying(300) collate C not null, name character varying(300) collate C not null, folded character varying(300) collate C not null, shown bigint not null)
  CREATE INDEX author_names_by_author ON public.author_names USING btree (org_id, collection_id, author_id)
  CREATE UNIQUE INDEX author_names_key ON public.author_names USING btree (org_id, origin_id, source, author_id, name, shown)
  author_names_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

batches (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, ordinal bigint not null, chunks bigint not null, created_at bigint not null, state character varying(300) collate C not null, vectors_key character varying(300) collate C, languages text collate C not null)
  CREATE INDEX batches_by_origin ON public.batches USING btree (origin_id, state)
  CREATE INDEX batches_by_state ON public.batches USING btree (collection_id, state)
  CREATE UNIQUE INDEX batches_key ON public.batches USING btree (id)
  batches_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

chunks (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, conversation_id character varying(80) collate C not null, message_id character varying(80) collate C not null, batch_id character varying(80) collate C not null, part bigint not null, start bigint not null, language character varying(300) collate C, state character varying(300) collate C not null, message_ids text collate C, text text collate C not null, unit character varying(300) collate C not null default 'message'::character varying, answers bigint, best_id character varying(80) collate C)
  CREATE INDEX chunks_by_batch ON public.chunks USING btree (batch_id)
  CREATE INDEX chunks_by_conversation ON public.chunks USING btree (conversation_id, message_id)
  CREATE INDEX chunks_by_state ON public.chunks USING btree (state, collection_id)
  CREATE UNIQUE INDEX chunks_key ON public.chunks USING btree (id)
  chunks_of_conversations FOREIGN KEY (org_id, conversation_id) REFERENCES conversations(org_id, id)

collection_access (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, principal character varying(80) collate C not null, level bigint not null)
  CREATE INDEX collection_access_by_principal ON public.collection_access USING btree (org_id, principal)
  CREATE UNIQUE INDEX collection_access_key ON public.collection_access USING btree (org_id, collection_id, principal)
  collection_access_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

collections (id character varying(80) collate C not null, org_id character varying(80) collate C not null, name character varying(300) collate C not null, description text collate C not null, zone character varying(300) collate C not null, state character varying(300) collate C not null, model_id character varying(300) collate C, model_fingerprint character varying(300) collate C, created_at bigint not null, dim bigint, version bigint, indexed_chunks bigint not null, analysis_settings text collate C, revision bigint not null default 0, erasures bigint not null default 0, health text collate C, recut_after character varying(80) collate C, confirm_imports character varying(300) collate C, fill_by bigint, kept_columns text collate C, keep_attachments character varying(300) collate C, cleaning text collate C, changed_texts bigint not null default 0)
  CREATE INDEX collections_by_name ON public.collections USING btree (org_id, name)
  CREATE UNIQUE INDEX collections_key ON public.collections USING btree (id)
  CREATE UNIQUE INDEX collections_of_organization ON public.collections USING btree (org_id, id)

concepts (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, name character varying(300) collate C not null, watch bigint not null, matches bigint, watched_version bigint, failing_since bigint, failures bigint not null, created_at bigint not null, updated_at bigint not null, bias double precision, threshold double precision, person_threshold double precision, accuracy double precision, trained_ms double precision, query text collate C not null, weights text collate C, examples text collate C not null, webhook text collate C, secret text collate C, webhook_state text collate C)
  CREATE INDEX concepts_by_collection ON public.concepts USING btree (collection_id, created_at)
  CREATE UNIQUE INDEX concepts_key ON public.concepts USING btree (id)
  concepts_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

conversation_origins (org_id character varying(80) collate C not null, conversation_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, ordinal bigint not null, title text collate C, channel text collate C, raw text collate C, as_of bigint, leaf_id character varying(80) collate C, partial bigint not null default 0)
  CREATE INDEX conversation_origins_by_origin ON public.conversation_origins USING btree (org_id, origin_id)
  CREATE UNIQUE INDEX conversation_origins_key ON public.conversation_origins USING btree (org_id, conversation_id, origin_id)

conversations (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, source character varying(300) collate C not null, tree bigint not null, message_count bigint not null, first_at bigint, last_at bigint, revision bigint not null, source_id text collate C not null, title text collate C, channel text collate C, participants text collate C not null, raw text collate C, as_of bigint, leaf_id character varying(80) collate C, newest_id character varying(80) collate C, start_key character varying(300) collate C, end_key character varying(300) collate C, other_count bigint not null default 0, partial bigint not null default 0, hidden bigint not null default 0, said_key character varying(300) collate C, said_revision bigint not null default 0)
  CREATE INDEX conversations_by_end ON public.conversations USING btree (org_id, collection_id, last_at, id)
  CREATE INDEX conversations_by_end_key ON public.conversations USING btree (end_key, org_id, collection_id)
  CREATE INDEX conversations_by_id ON public.conversations USING btree (org_id, collection_id, id)
  CREATE INDEX conversations_by_length ON public.conversations USING btree (org_id, collection_id, message_count, id)
  CREATE INDEX conversations_by_origin ON public.conversations USING btree (origin_id)
  CREATE INDEX conversations_by_start_key ON public.conversations USING btree (start_key, org_id, collection_id)
  CREATE INDEX conversations_shown_sums ON public.conversations USING btree (org_id, collection_id, hidden, source, message_count, other_count, first_at, last_at)
  CREATE UNIQUE INDEX conversations_key ON public.conversations USING btree (id)
  CREATE UNIQUE INDEX conversations_of_organization ON public.conversations USING btree (org_id, id)
  conversations_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

dismissed_people (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, one character varying(300) collate C not null, other character varying(300) collate C not null, at bigint not null)
  CREATE UNIQUE INDEX dismissed_people_key ON public.dismissed_people USING btree (org_id, collection_id, one, other)
  dismissed_people_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

erased_authors (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, name character varying(300) collate C not null)
  CREATE UNIQUE INDEX erased_authors_key ON public.erased_authors USING btree (org_id, origin_id, name)
  erased_authors_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

findings (org_id character varying(80) collate C not null, message_id character varying(80) collate C not null, kind character varying(300) collate C not null, collection_id character varying(80) collate C not null, conversation_id character varying(80) collate C not null, action character varying(300) collate C not null, places bigint not null, shown text collate C not null)
  CREATE INDEX findings_by_collection ON public.findings USING btree (org_id, collection_id, message_id)
  CREATE UNIQUE INDEX findings_key ON public.findings USING btree (org_id, message_id, kind)
  findings_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

guessed_bots (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, name character varying(300) collate C not null)
  CREATE UNIQUE INDEX guessed_bots_key ON public.guessed_bots USING btree (org_id, collection_id, name)
  guessed_bots_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

home (id character varying(80) collate C not null, created_at bigint not null)
  CREATE UNIQUE INDEX home_key ON public.home USING btree (id)

identities (issuer character varying(300) collate C not null, subject character varying(300) collate C not null, user_id character varying(80) collate C not null, provider character varying(300) collate C not null, email character varying(300) collate C, role character varying(300) collate C, created_at bigint not null)
  CREATE INDEX identities_by_user ON public.identities USING btree (user_id)
  CREATE UNIQUE INDEX identities_key ON public.identities USING btree (issuer, subject)

jobs (id character varying(80) collate C not null, org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, name character varying(300) collate C not null, job_key character varying(300) collate C, state character varying(300) collate C not null, owner character varying(300) collate C, host character varying(300) collate C, ordinal bigint not null, run_at bigint not null, attempt bigint not null, starts bigint not null, checkpoint bigint not null, suspect bigint not null, fence bigint not null, lease_until bigint, created_at bigint not null, buried_at bigint, payload text collate C not null, reason text collate C, published_until bigint)
  CREATE INDEX jobs_by_key ON public.jobs USING btree (name, job_key, state)
  CREATE INDEX jobs_by_ordinal ON public.jobs USING btree (ordinal)
  CREATE INDEX jobs_by_state ON public.jobs USING btree (state, host, owner)
  CREATE INDEX jobs_due ON public.jobs USING btree (name, state, run_at)
  CREATE INDEX jobs_in_turn ON public.jobs USING btree (name, state, org_id, collection_id, ordinal, run_at)
  CREATE INDEX jobs_published ON public.jobs USING btree (name, published_until)
  CREATE UNIQUE INDEX jobs_key ON public.jobs USING btree (id)

label_chunks (org_id character varying(80) collate C not null, label_id character varying(80) collate C not null, chunk_id character varying(80) collate C not null)
  CREATE INDEX label_chunks_by_chunk ON public.label_chunks USING btree (chunk_id)
  CREATE UNIQUE INDEX label_chunks_key ON public.label_chunks USING btree (org_id, label_id, chunk_id)

labels (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, name character varying(300) collate C not null, created_at bigint not null, selection text collate C not null)
  CREATE INDEX labels_by_collection ON public.labels USING btree (collection_id, created_at)
  CREATE UNIQUE INDEX labels_key ON public.labels USING btree (id)
  labels_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

leases (name character varying(300) collate C not null, host character varying(300) collate C not null, owner character varying(300) collate C not null, token character varying(80) collate C not null, until bigint not null)
  CREATE INDEX leases_by_host ON public.leases USING btree (host, owner)
  CREATE UNIQUE INDEX leases_key ON public.leases USING btree (name)

links (hash character varying(80) collate C not null, kind character varying(300) collate C not null, id character varying(80) collate C not null, in_organization character varying(80) collate C, user_id character varying(80) collate C, email character varying(300) collate C, role character varying(300) collate C, made_by character varying(80) collate C, created_at bigint not null, until bigint not null, used_at bigint, sealed text collate C)
  CREATE INDEX links_by_id ON public.links USING btree (id)
  CREATE INDEX links_by_kind ON public.links USING btree (kind, in_organization)
  CREATE INDEX links_by_time ON public.links USING btree (until)
  CREATE UNIQUE INDEX links_key ON public.links USING btree (hash)

llm_names (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, cache_key character varying(300) collate C not null, model character varying(300) collate C not null, tokens_in bigint not null, tokens_out bigint not null, created_at bigint not null, answer text collate C not null)
  CREATE UNIQUE INDEX llm_names_key ON public.llm_names USING btree (collection_id, cache_key)
  llm_names_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

looks (org_id character varying(80) collate C not null, id character varying(80) collate C not null, user_id character varying(80) collate C not null, by_id character varying(80) collate C, by_session character varying(80) collate C, reason character varying(300) collate C not null, begun_at bigint not null, until bigint not null, ended_at bigint, ended_by character varying(300) collate C)
  CREATE INDEX looks_by_end ON public.looks USING btree (ended_at, begun_at)
  CREATE INDEX looks_by_user ON public.looks USING btree (user_id, begun_at)
  CREATE UNIQUE INDEX looks_key ON public.looks USING btree (id)

memberships (org_id character varying(80) collate C not null, user_id character varying(80) collate C not null, role character varying(300) collate C not null, state character varying(300) collate C not null, joined_at bigint not null, invited_by character varying(80) collate C)
  CREATE INDEX memberships_by_user ON public.memberships USING btree (user_id)
  CREATE UNIQUE INDEX memberships_key ON public.memberships USING btree (org_id, user_id)

merged_conversations (org_id character varying(80) collate C not null, conversation_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, merged_id character varying(80) collate C not null, place bigint not null, state character varying(300) collate C not null)
  CREATE INDEX merged_conversations_by_collection ON public.merged_conversations USING btree (org_id, collection_id)
  CREATE INDEX merged_conversations_by_merged ON public.merged_conversations USING btree (org_id, merged_id)
  CREATE UNIQUE INDEX merged_conversations_key ON public.merged_conversations USING btree (org_id, conversation_id)
  merged_conversations_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

merged_messages (org_id character varying(80) collate C not null, message_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, merged_id character varying(80) collate C not null, shown_id character varying(80) collate C not null)
  CREATE INDEX merged_messages_by_merged ON public.merged_messages USING btree (org_id, merged_id)
  CREATE INDEX merged_messages_by_shown ON public.merged_messages USING btree (org_id, shown_id)
  CREATE UNIQUE INDEX merged_messages_key ON public.merged_messages USING btree (org_id, message_id)
  merged_messages_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

message_origins (org_id character varying(80) collate C not null, message_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, state bigint not null)
  CREATE INDEX message_origins_by_origin ON public.message_origins USING btree (org_id, origin_id, state)
  CREATE UNIQUE INDEX message_origins_key ON public.message_origins USING btree (org_id, message_id, origin_id, state)

message_states (org_id character varying(80) collate C not null, message_id character varying(80) collate C not null, state bigint not null, role character varying(300) collate C not null, kind character varying(300) collate C not null, at bigint, zone_known bigint not null, edited_at bigint, author text collate C not null, author_id text collate C, local_time text collate C, model text collate C, text text collate C not null, attachments text collate C, raw bytea not null, unmasked text collate C, unmasked_author text collate C)
  CREATE UNIQUE INDEX message_states_key ON public.message_states USING btree (message_id, state)

messages (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, conversation_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, parent_id character varying(80) collate C, reply_to_id character varying(80) collate C, on_main_path bigint not null, position double precision not null, role character varying(300) collate C not null, kind character varying(300) collate C not null, at bigint, zone_known bigint not null, edited_at bigint, source_id text collate C, author text collate C not null, author_id text collate C, local_time text collate C, model text collate C, text text collate C not null, attachments text collate C, raw bytea not null, gone bigint not null default 0, unmasked text collate C, unmasked_author text collate C)
  CREATE INDEX messages_by_origin ON public.messages USING btree (origin_id, conversation_id)
  CREATE INDEX messages_by_parent ON public.messages USING btree (parent_id)
  CREATE INDEX messages_in_order ON public.messages USING btree (conversation_id, "position")
  CREATE UNIQUE INDEX messages_key ON public.messages USING btree (id)
  messages_of_conversations FOREIGN KEY (org_id, conversation_id) REFERENCES conversations(org_id, id)

models (id character varying(300) collate C not null, source character varying(300) collate C not null, state character varying(300) collate C not null, place text collate C not null, problem text collate C, facts text collate C, known text collate C, fingerprint character varying(80) collate C, done_bytes bigint not null, total_bytes bigint not null, is_default bigint not null, created_at bigint not null, speed_at bigint, speed double precision)
  CREATE UNIQUE INDEX models_key ON public.models USING btree (id)

news (org_id character varying(80) collate C not null, id character varying(80) collate C not null, kind character varying(300) collate C not null, collection_id character varying(80) collate C not null, subject character varying(80) collate C not null, user_id character varying(80) collate C, count bigint not null, at bigint not null)
  CREATE INDEX news_by_time ON public.news USING btree (at)
  CREATE UNIQUE INDEX news_key ON public.news USING btree (id)

notices (org_id character varying(80) collate C not null, id character varying(80) collate C not null, user_id character varying(80) collate C not null, kind character varying(300) collate C not null, collection_id character varying(80) collate C not null, subject character varying(80) collate C not null, count bigint not null, at bigint not null, in_app bigint not null, seen_at bigint, mail character varying(300) collate C not null, mail_at bigint not null, tries bigint not null)
  CREATE INDEX notices_by_mail ON public.notices USING btree (mail, mail_at)
  CREATE INDEX notices_by_time ON public.notices USING btree (at)
  CREATE INDEX notices_by_user ON public.notices USING btree (org_id, user_id, at)
  CREATE UNIQUE INDEX notices_key ON public.notices USING btree (id)

organizations (id character varying(80) collate C not null, name character varying(300) collate C not null, requires_second_factor bigint not null, keeps_search_texts bigint not null default 0, created_at bigint not null, allows_looking bigint not null default 0)
  CREATE UNIQUE INDEX organizations_key ON public.organizations USING btree (id)

own_names (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, user_id character varying(80) collate C not null, source character varying(300) collate C not null, name character varying(300) collate C not null, mine bigint not null)
  CREATE UNIQUE INDEX own_names_key ON public.own_names USING btree (org_id, collection_id, user_id, source, name)
  own_names_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

passkeys (id character varying(80) collate C not null, user_id character varying(80) collate C not null, credential text collate C not null, public_key text collate C not null, counter bigint not null, transports character varying(300) collate C not null, site character varying(300) collate C not null, name character varying(300) collate C not null, created_at bigint not null, used_at bigint)
  CREATE INDEX passkeys_by_user ON public.passkeys USING btree (user_id)
  CREATE UNIQUE INDEX passkeys_key ON public.passkeys USING btree (id)

people_edits (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, user_id character varying(80) collate C, at bigint not null, kind character varying(300) collate C not null, before text collate C not null, after text collate C not null, undone_at bigint)
  CREATE INDEX people_edits_by_collection ON public.people_edits USING btree (org_id, collection_id, at)
  CREATE UNIQUE INDEX people_edits_key ON public.people_edits USING btree (id)
  people_edits_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

person_names (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, source character varying(300) collate C not null, name character varying(300) collate C not null, shown character varying(300) collate C, bot bigint)
  CREATE UNIQUE INDEX person_names_key ON public.person_names USING btree (org_id, collection_id, source, name)
  person_names_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

pictures (user_id character varying(80) collate C not null, tag character varying(80) collate C not null, type character varying(300) collate C not null, bytes bytea not null, changed_at bigint not null)
  CREATE UNIQUE INDEX pictures_key ON public.pictures USING btree (user_id)

provisioned (org_id character varying(80) collate C not null, id character varying(80) collate C not null, external_id character varying(300) collate C, name character varying(300) collate C, given text collate C not null, joined_at bigint, changed_at bigint not null)
  CREATE INDEX provisioned_by_external ON public.provisioned USING btree (org_id, external_id)
  CREATE INDEX provisioned_by_name ON public.provisioned USING btree (org_id, name)
  CREATE UNIQUE INDEX provisioned_key ON public.provisioned USING btree (org_id, id)

quotas (org_id character varying(80) collate C not null, requests_per_minute bigint, tokens_per_day bigint, stored_bytes bigint)
  CREATE UNIQUE INDEX quotas_key ON public.quotas USING btree (org_id)

recovery_codes (user_id character varying(80) collate C not null, hash character varying(80) collate C not null)
  CREATE UNIQUE INDEX recovery_codes_key ON public.recovery_codes USING btree (user_id, hash)

refresh_tokens (hash character varying(80) collate C not null, session_id character varying(80) collate C not null, until bigint not null, used_at bigint, answer text collate C)
  CREATE INDEX refresh_tokens_by_session ON public.refresh_tokens USING btree (session_id)
  CREATE INDEX refresh_tokens_by_time ON public.refresh_tokens USING btree (until)
  CREATE UNIQUE INDEX refresh_tokens_key ON public.refresh_tokens USING btree (hash)

search_counts (org_id character varying(80) collate C not null, day bigint not null, mode character varying(300) collate C not null, searches bigint not null, empty bigint not null, times text collate C not null, opened text collate C not null)
  CREATE UNIQUE INDEX search_counts_key ON public.search_counts USING btree (org_id, day, mode)

search_texts (org_id character varying(80) collate C not null, day bigint not null, text character varying(300) collate C not null, searches bigint not null, empty bigint not null)
  CREATE UNIQUE INDEX search_texts_key ON public.search_texts USING btree (org_id, day, text)

server_settings (name character varying(300) collate C not null, value text collate C not null)
  CREATE UNIQUE INDEX server_settings_key ON public.server_settings USING btree (name)

sessions (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, conversation_id character varying(80) collate C not null, source character varying(300) collate C not null, external_id character varying(300) collate C not null, state character varying(300) collate C not null, created_at bigint not null, appended_at bigint, ended_at bigint, pending bigint not null, pending_since bigint, pending_from double precision, title text collate C, channel text collate C)
  CREATE INDEX sessions_by_external_id ON public.sessions USING btree (collection_id, source, external_id)
  CREATE INDEX sessions_by_pending ON public.sessions USING btree (collection_id, pending_since)
  CREATE INDEX sessions_by_state ON public.sessions USING btree (state)
  CREATE UNIQUE INDEX sessions_key ON public.sessions USING btree (id)
  sessions_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

shares (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, hash character varying(80) collate C not null, made_by character varying(80) collate C not null, target text collate C not null, title text collate C not null, password_hash text collate C, created_at bigint not null, until bigint not null, opened bigint not null, opened_at bigint)
  CREATE INDEX shares_by_collection ON public.shares USING btree (org_id, collection_id)
  CREATE UNIQUE INDEX shares_by_hash ON public.shares USING btree (hash)
  CREATE UNIQUE INDEX shares_key ON public.shares USING btree (id)
  shares_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

sign_in_providers (id character varying(300) collate C not null, kind character varying(300) collate C not null, name character varying(300) collate C not null, state character varying(300) collate C not null, settings text collate C not null, sealed text collate C, revision bigint not null, created_at bigint not null, changed_at bigint not null)
  CREATE UNIQUE INDEX sign_in_providers_key ON public.sign_in_providers USING btree (id)

spent (id character varying(300) collate C not null, until bigint not null)
  CREATE INDEX spent_by_time ON public.spent USING btree (until)
  CREATE UNIQUE INDEX spent_key ON public.spent USING btree (id)

team_members (org_id character varying(80) collate C not null, team_id character varying(80) collate C not null, user_id character varying(80) collate C not null)
  CREATE INDEX team_members_by_user ON public.team_members USING btree (org_id, user_id)
  CREATE UNIQUE INDEX team_members_key ON public.team_members USING btree (org_id, team_id, user_id)
  team_members_of_teams FOREIGN KEY (org_id, team_id) REFERENCES teams(org_id, id)

teams (org_id character varying(80) collate C not null, id character varying(80) collate C not null, name character varying(300) collate C not null, created_at bigint not null)
  CREATE UNIQUE INDEX teams_key ON public.teams USING btree (id)
  CREATE UNIQUE INDEX teams_of_organization ON public.teams USING btree (org_id, id)

told_owners (org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, origin_id character varying(80) collate C not null, source character varying(300) collate C not null, name character varying(300) collate C not null)
  CREATE UNIQUE INDEX told_owners_key ON public.told_owners USING btree (org_id, collection_id, origin_id, source, name)
  told_owners_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

topic_edits (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, state character varying(300) collate C not null, ordinal bigint not null, at bigint not null, undone_at bigint, edit text collate C not null, says text collate C not null, outcome text collate C)
  CREATE INDEX topic_edits_by_collection ON public.topic_edits USING btree (collection_id, ordinal)
  CREATE UNIQUE INDEX topic_edits_key ON public.topic_edits USING btree (id)
  topic_edits_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

topic_events (org_id character varying(80) collate C not null, analysis_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, topic_id character varying(80) collate C not null, kind character varying(300) collate C not null, ordinal bigint not null, from_version bigint, to_version bigint not null, size_before bigint not null, size_after bigint not null, at bigint not null, others text collate C not null)
  CREATE INDEX topic_events_by_collection ON public.topic_events USING btree (collection_id, at)
  CREATE INDEX topic_events_by_topic ON public.topic_events USING btree (topic_id, at)
  CREATE UNIQUE INDEX topic_events_key ON public.topic_events USING btree (analysis_id, ordinal)
  topic_events_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

topics (org_id character varying(80) collate C not null, id character varying(80) collate C not null, collection_id character varying(80) collate C not null, parent_id character varying(80) collate C, state character varying(300) collate C not null, title_by character varying(300) collate C not null, level bigint not null, ordinal bigint not null, leaf_number bigint, hidden bigint not null, colour bigint not null, born_version bigint not null, died_version bigint, points bigint not null, messages bigint not null, conversations bigint not null, people bigint not null, first_at bigint, last_at bigint, silhouette double precision, cohesion double precision, title text collate C not null, given_title text collate C, llm_title text collate C, made_title text collate C not null, summary text collate C, keywords text collate C not null, typical text collate C not null, spark text collate C not null, trend text collate C not null)
  CREATE INDEX topics_by_collection ON public.topics USING btree (collection_id, state, ordinal)
  CREATE UNIQUE INDEX topics_key ON public.topics USING btree (id)
  topics_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

tries (name character varying(300) collate C not null, count bigint not null, until bigint not null)
  CREATE INDEX tries_by_time ON public.tries USING btree (until)
  CREATE UNIQUE INDEX tries_key ON public.tries USING btree (name)

uploads (id character varying(80) collate C not null, org_id character varying(80) collate C not null, collection_id character varying(80) collate C not null, filename text collate C not null, sha256 character varying(300) collate C not null, blob_key character varying(300) collate C not null, state character varying(300) collate C not null, source character varying(300) collate C, format character varying(300) collate C, idempotency_key character varying(300) collate C, bytes bigint not null, created_at bigint not null, started_at bigint, finished_at bigint, attempt bigint not null, bytes_read bigint not null, parts_done bigint not null, conversations bigint not null, new_messages bigint not null, known_messages bigint not null, changed_messages bigint not null, chunks bigint not null, problem_count bigint not null, cancel_requested bigint not null, problems text collate C not null, error_code text collate C, error_message text collate C, error_hint text collate C, cut_conversation character varying(80) collate C, cut_from double precision, brought_by character varying(80) collate C, confirmation character varying(300) collate C not null default 'none'::character varying, inspection text collate C, confirm_by bigint, chosen_columns text collate C, seen_tables text collate C, replaces character varying(80) collate C, used_columns text collate C, attachments_kept bigint not null default 0, attachment_bytes bigint not null default 0, attachments_large bigint not null default 0, attachments_missing bigint not null default 0, cleaned text collate C, reader bigint not null default 0, read_again bigint not null default 0, document_characters bigint not null default 0, checkpoint text collate C, unmasked_filename text collate C)
  CREATE INDEX uploads_by_collection ON public.uploads USING btree (collection_id, created_at)
  CREATE INDEX uploads_by_idempotency_key ON public.uploads USING btree (collection_id, idempotency_key)
  CREATE INDEX uploads_by_state ON public.uploads USING btree (state)
  CREATE UNIQUE INDEX uploads_key ON public.uploads USING btree (id)
  uploads_of_collections FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id)

used (name character varying(300) collate C not null, since bigint not null, count bigint not null, until bigint not null)
  CREATE INDEX used_by_time ON public.used USING btree (until)
  CREATE UNIQUE INDEX used_key ON public.used USING btree (name)

user_sessions (id character varying(80) collate C not null, user_id character varying(80) collate C not null, in_organization character varying(80) collate C not null, created_at bigint not null, used_at bigint not null, until bigint not null, device character varying(300) collate C not null, network character varying(300) collate C not null, ended_at bigint, ended_by character varying(300) collate C, proved_at bigint)
  CREATE INDEX user_sessions_by_time ON public.user_sessions USING btree (until)
  CREATE INDEX user_sessions_by_user ON public.user_sessions USING btree (user_id, ended_at)
  CREATE UNIQUE INDEX user_sessions_key ON public.user_sessions USING btree (id)

users (id character varying(80) collate C not null, email character varying(300) collate C not null, name character varying(300) collate C not null, password_hash text collate C, state character varying(300) collate C not null, created_at bigint not null, verified_at bigint, totp text collate C, totp_pending text collate C, totp_step bigint not null, preferences text collate C not null)
  CREATE UNIQUE INDEX users_by_email ON public.users USING btree (email)
  CREATE UNIQUE INDEX users_key ON public.users USING btree (id)
