"""Engines, PRAGMAs, transactions: the only file that knows two dialects."""
