"""Abstraction by sums, for proofs: what may happen and what certainly can, whatever the number of nodes.

`view` (what is known of a system), `atoms` (linear conditions, taken apart), `pigeonhole` (conditions of one node as
conditions on sums), `spread` (conditions some node always satisfies), `maymust` (the pass), `pool` (totals only).
"""
