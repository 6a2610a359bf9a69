"""Small clusters for placement tests: random ones, and a placer that tries everything."""
