"""What pyperf times, in processes of its own."""
