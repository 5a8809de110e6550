"""Why an answer is as it is, in words, and what else would be valid."""
