"""Deciding a placement completely: counts in unary, pseudo-Boolean sums, Z3."""
