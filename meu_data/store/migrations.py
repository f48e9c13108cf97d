"""The tables of the ledger, as the steps that lead to them."""

# Index = the version a step leads from; a database at version n has seen the first n steps.
MIGRATIONS = (
    """
    CREATE TABLE sources (corpus TEXT, split TEXT, record TEXT NOT NULL, PRIMARY KEY (corpus, split)) WITHOUT ROWID;
    CREATE TABLE samples (
        id TEXT PRIMARY KEY, corpus TEXT NOT NULL, split TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE INDEX samples_by_source ON samples (corpus, split);
    CREATE TABLE problems (
        stage TEXT, corpus TEXT, split TEXT, item TEXT, record TEXT NOT NULL,
        PRIMARY KEY (stage, corpus, split, item)) WITHOUT ROWID;
    CREATE TABLE motion (
        sample_id TEXT, recipe TEXT, inputs TEXT NOT NULL, frames TEXT NOT NULL, record TEXT NOT NULL,
        PRIMARY KEY (sample_id, recipe)) WITHOUT ROWID;
    CREATE TABLE drafts (
        sample_id TEXT, model TEXT, lang TEXT, inputs TEXT NOT NULL, record TEXT NOT NULL,
        PRIMARY KEY (sample_id, model, lang)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE requests (
        key TEXT PRIMARY KEY, sample_id TEXT NOT NULL, model TEXT NOT NULL, lang TEXT NOT NULL, kind TEXT NOT NULL,
        inputs TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, parser INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX requests_by_sample ON requests (sample_id, model, lang, kind, inputs, state, parser);
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, mode TEXT NOT NULL, model TEXT NOT NULL,
        state TEXT NOT NULL, opened REAL NOT NULL, latency_s REAL, estimate_usd REAL NOT NULL, usd REAL,
        priced_as_of TEXT, input INTEGER, output INTEGER, thinking INTEGER, cached INTEGER,
        finish_reason TEXT, response_id TEXT, model_version TEXT, error TEXT);
    CREATE INDEX attempts_by_key ON attempts (key);
    CREATE INDEX attempts_open ON attempts (state) WHERE state = 'open';
    CREATE TABLE answers (attempt INTEGER PRIMARY KEY, raw TEXT NOT NULL);
    CREATE TABLE grounding (
        sample_id TEXT, model TEXT, lang TEXT, inputs TEXT NOT NULL, score REAL NOT NULL, record TEXT NOT NULL,
        PRIMARY KEY (sample_id, model, lang)) WITHOUT ROWID;
    CREATE TABLE batch_jobs (
        name TEXT PRIMARY KEY, model TEXT NOT NULL, state TEXT NOT NULL, job TEXT, file TEXT,
        tokens INTEGER NOT NULL, intended REAL NOT NULL, submitted REAL, ended REAL, note TEXT) WITHOUT ROWID;
    CREATE TABLE batch_lines (
        name TEXT, key TEXT, sample_id TEXT NOT NULL, attempt INTEGER NOT NULL,
        PRIMARY KEY (name, key)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE review_projects (
        key TEXT PRIMARY KEY, url TEXT NOT NULL, number INTEGER NOT NULL, title TEXT NOT NULL, lang TEXT NOT NULL,
        mark TEXT) WITHOUT ROWID;
    CREATE TABLE review_tasks (
        project TEXT, sample_id TEXT, task INTEGER NOT NULL, draft_sha256 TEXT NOT NULL,
        PRIMARY KEY (project, sample_id)) WITHOUT ROWID;
    CREATE TABLE reviews (
        project TEXT, annotation_id INTEGER, updated_at TEXT, sample_id TEXT NOT NULL, annotator TEXT NOT NULL,
        created_at TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0, record TEXT NOT NULL,
        PRIMARY KEY (project, annotation_id, updated_at)) WITHOUT ROWID;
    CREATE INDEX reviews_by_sample ON reviews (sample_id);
    CREATE TABLE annotators (name TEXT PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE) WITHOUT ROWID;
    """,
    """
    CREATE TABLE second_grounding (
        sample_id TEXT, model TEXT, lang TEXT, reader TEXT, inputs TEXT NOT NULL, score REAL NOT NULL,
        record TEXT NOT NULL, PRIMARY KEY (sample_id, model, lang, reader)) WITHOUT ROWID;
    """,
    # Samples keep what the sheet says. Every reader sees them with the spotted onset and apex laid over, as long as
    # the sheet's own values are those that were looked at.
    """
    CREATE TABLE spots (
        sample_id TEXT PRIMARY KEY, inputs TEXT NOT NULL, sheet TEXT NOT NULL, applied INTEGER NOT NULL,
        onset_frame TEXT NOT NULL, apex_frame TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
    CREATE VIEW spotted AS
        SELECT s.id, s.corpus, s.split,
            CASE WHEN p.record IS NULL THEN s.record ELSE json_set(
                s.record, '$.onset', p.record ->> 'onset', '$.apex', p.record ->> 'apex',
                '$.onset_frame', p.onset_frame, '$.apex_frame', p.apex_frame, '$.spot', json(p.record)
            ) END AS record
        FROM samples s LEFT JOIN spots p ON p.sample_id = s.id AND p.applied
            AND p.sheet = json_extract(s.record, '$.onset', '$.apex', '$.offset', '$.onset_frame', '$.apex_frame');
    """,
    # `edited` is 1 where somebody else changed an annotation: then its author's own version stays current beside it.
    """
    ALTER TABLE review_projects ADD COLUMN round TEXT NOT NULL DEFAULT '';
    ALTER TABLE review_projects ADD COLUMN overlap TEXT NOT NULL DEFAULT '';
    ALTER TABLE reviews ADD COLUMN edited INTEGER NOT NULL DEFAULT 0;
    """,
)
