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
)
