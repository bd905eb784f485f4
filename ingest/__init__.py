"""Carrel's ingestion: from a listing of papers to one SQLite file."""

__version__ = "0.1.0"
