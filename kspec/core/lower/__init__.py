"""Lowering: passes from system to system, each a function in a file of its own.

`numbers` (truth values become 0 and 1), `split` (representatives of disturbed classes), `constants`, `merge` (the nodes
of a class into one place), `cone` (of influence), `instantiate` (numbers for parameters), `settle` (a settled start as
a state variable), `flatten` (explicit nodes), `blocks` (counters of block contents), `maymust` (sums only, for proofs).
"""
