"""Plans and answers for a reader: text, tables, and the formats of code hosts."""
