"""Reading: from the bytes of Parquet, JSON and tar files to what each row says."""
