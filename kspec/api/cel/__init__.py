"""CEL as the API server compiles it when a policy is written: syntax, names, and the types that are plain to see."""
