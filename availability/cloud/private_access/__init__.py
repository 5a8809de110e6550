"""The ways of a network to the placed locations."""
