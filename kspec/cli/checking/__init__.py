"""`kspec check`, stage by stage: reading, the API server's verdict, lint, placement, verification."""
