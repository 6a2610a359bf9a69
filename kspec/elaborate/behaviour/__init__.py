"""Behaviour: from the component models and a design to systems of the core.

`library` (the models' texts), `world` (what the design fixes), `evaluator` (expressions: everything known folds to
constants, the rest becomes core expressions), `instantiate` (actions), `question` and `simulation` (which system
answers what).
"""
