"""Writers of Parquet, JSON and tar files, and of the folder that appears whole or not at all."""
