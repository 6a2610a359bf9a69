"""The scheduling framework: extension points, cluster state, and what runs them."""
