"""Proving infeasibility by what single nodes can hold: the dual of the configuration linear program.

Give every workload a price per pod and every node shape a ceiling, such that no way to fill a node of the shape is
worth more than the ceiling. If the pods together are worth more than all ceilings, they do not fit. Where prices come
from does not matter: a small floating-point simplex guesses them, integers and one exact question per shape prove them.
"""
