"""Callers from outside of Google Cloud: who is let in, and by what."""
