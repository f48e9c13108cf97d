"""One request to a model: what is asked, what came back, what happens next. The same online and in batches."""
