"""Makes snapshots from their sources: Google's pages, and tables that were gathered by hand."""
