"""Objects as kspec text: what `import` and `init` write and `expand` shows."""
