"""Lowering: passes from system to system, each a function in a file of its own.

Exact: `numbers` (truth values as 0 and 1), `prefer` (preferences in force), `split` (representatives of disturbed
classes), `uniform` (what all nodes of a class share), `constants`, `merge` (nodes of a class into one place), `cone`
(of influence), `instantiate` (numbers for parameters), `settle` (a settled start as a state variable), `flatten`
(explicit nodes), `watch` (what a premise leads to). For proofs only: `sums` (what may happen and what certainly can).
"""
