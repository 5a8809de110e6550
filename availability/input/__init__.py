"""What enters from outside: mistakes with their places, likeness, words, maps and wrapping."""
