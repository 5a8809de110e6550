"""Organization policies that hold a project to where its models are placed."""
