"""The workspace folder, its settings and its SQLite ledger: all that is kept between commands."""
