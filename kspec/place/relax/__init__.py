"""A linear relaxation over workloads and node classes: it proves that something cannot be placed, or gives a plan."""
