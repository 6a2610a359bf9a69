"""What a change of a design does to a cluster that runs it."""
