"""Makes snapshots from their sources. Needs the development requirements, a stack does not."""
