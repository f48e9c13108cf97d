"""From a corpus's annotation sheet and frames to samples and problems; one module per corpus."""
