"""The behaviour core: expressions, systems, and lowering passes from system to system.

`expr` (the graph), `build` (smart constructors), `rewrite`, `pod`, `note` (narration), `property`, `system`.
Knows neither Kubernetes nor Z3.
"""
