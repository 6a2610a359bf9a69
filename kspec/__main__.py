"""`python -m kspec`: the `kspec` command."""

from __future__ import annotations

from kspec.cli.main import main

if __name__ == "__main__":
    main()
