"""One rule a module; see `kspec.lint.rule`."""
