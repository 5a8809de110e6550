"""What was published by a day: the snapshots, their models and what is known of them."""
