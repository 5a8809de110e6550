"""The report to look at: one HTML page that asks for nothing beside itself."""
