"""`kspec lsp`."""

from __future__ import annotations

from importlib.util import find_spec

import click


@click.command("lsp", short_help="A language server for editors.")
@click.argument("paths", nargs=-1, metavar="[PATH...]")
@click.option("--env", metavar="NAME", help="Apply the overlay `env NAME`.")
@click.option("--set", "settings", multiple=True, metavar="K=V", help="Set a parameter of the design.")
@click.option("--stdio", is_flag=True, hidden=True, help="What many editors add; it is the only way.")
def command(paths: tuple[str, ...], env: str | None, settings: tuple[str, ...], stdio: bool) -> None:
    """Serve an editor over standard input and output, in the Language Server Protocol.

    For .kspec files: findings while typing, completion with the documentation of Kubernetes' fields, hover,
    definitions, references, renaming, formatting, quick fixes, colours. For YAML: findings, completion, hover and
    definitions, with the objects of the editor's folders as names. The PATHs are one design, whose names belong
    together; any other text that is opened is a design of its own with what it imports.

    \b
    Examples:
      kspec lsp                          what an editor starts
      kspec lsp design/ --env staging    all of a folder is one design
    """
    if find_spec("pygls") is None:
        raise click.ClickException("the language server needs pygls: pip install 'kspec[lsp]'")
    from kspec.cli.options import pair
    from kspec.lsp.serve import serve

    serve(paths, env, dict(pair(s) for s in settings))
