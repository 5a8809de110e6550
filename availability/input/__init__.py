"""What enters from outside: mistakes with their places, likeness, lists of words, maps, wrapping."""
