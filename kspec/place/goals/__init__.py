"""Better than any placement: fewest nodes, lowest cost, level loads, each with a bound that no placement beats."""
