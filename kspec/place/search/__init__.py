"""Finding a placement: round the plan, pack it with overload allowed, repair by swaps, settle the rest exactly.

Nothing here is trusted: what it finds is judged by `kspec.place.checker`. It never says that something is impossible.
"""
