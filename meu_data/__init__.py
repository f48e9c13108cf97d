"""meu-data: from licensed micro-expression corpora to instruction sets that explain a face."""

__version__ = "0.1.0"
