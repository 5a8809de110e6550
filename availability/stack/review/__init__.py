"""What changes for stacks between two versions of their files."""
