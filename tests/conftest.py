"""Makes the shared test material in this folder importable (`handmade`: component models built by hand)."""
