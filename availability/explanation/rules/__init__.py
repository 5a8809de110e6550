"""The words for a broken rule; `said` has those of each, and the rest what those need."""
