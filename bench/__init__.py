"""What the project costs, measured: `make bench` prints the table and writes it to files."""
