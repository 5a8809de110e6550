"""Where Google Cloud is: locations, areas, and what a residency allows of them."""
