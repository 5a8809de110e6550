"""The components as a Pulumi package, which programs in every language of Pulumi's can use."""
