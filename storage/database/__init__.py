"""The only room that knows two dialects: engines, PRAGMAs, transactions, locks."""

from storage.database.address import read_address
from storage.database.engine import Database
from storage.database.faults import explain
from storage.database.sole import Sole
from storage.database.work import Insert, Turn, Work

__all__ = ["Database", "Insert", "Sole", "Turn", "Work", "explain", "read_address"]
