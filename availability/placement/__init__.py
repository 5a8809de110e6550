"""Rules and warnings, and the best valid location of a request."""
