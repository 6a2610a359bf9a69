"""What the API server refuses, kind by kind: its validation functions, with their order and words (v1.36)."""
