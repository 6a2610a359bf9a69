"""`python -m kspec.syntax.table`: put the compiled table next to the grammar, for a wheel to take along.

With it, not even the first run on a machine compiles the grammar. It is found by the grammar's digest: a stale one is
never used.
"""

from __future__ import annotations

import sys

from kspec.source.data import data_dir
from kspec.syntax.table.compile import compile_table
from kspec.syntax.table.store import table_name, write_table


def main() -> int:
    """Write the table; 1 where that is impossible."""
    path = data_dir("grammar") / table_name()
    written = write_table(compile_table(), path)
    print(path if written else f"cannot write {path}")
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main())
