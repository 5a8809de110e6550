"""The exit statuses of the commands."""

PLACED, REFUSED, BAD_INPUT = 0, 1, 2
