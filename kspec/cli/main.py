"""The command line. Commands are imported when they are used, so that `--help` and `--version` cost nothing."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from kspec import __version__
from kspec.cli.exits import Exit, Stop
from kspec.cli.streams import Unwritable, install
from kspec.source.pause import collect_seldom

_COMMANDS = (
    "check",
    "baseline",
    "diff",
    "build",
    "validate",
    "place",
    "schedule",
    "simulate",
    "test",
    "verify",
    "certify",
    "init",
    "import",
    "expand",
    "fmt",
    "explain",
    "lsp",
)
_MODULES = {"import": "import_"}
"""Commands whose module cannot have their name."""
_EXAMPLES = """\
Examples:

\b
  kspec check ./k8s/                     findings in a folder of manifests
  kustomize build . | kspec check -      the same, from a pipe
  kspec diff git:main k8s/               what a change does to a cluster
  kspec build shop.kspec -o out/         manifests, placement, trace, proofs
  kspec place shop.kspec --format json   where everything can run
  kspec verify shop.kspec                does what I promised always hold?
  kspec import ./k8s/ -o shop.kspec      manifests as kspec text
  kspec explain KS4011                   what a finding means
"""


class LazyGroup(click.Group):
    """A group whose commands live in `kspec.cli.commands.<name>`, as `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = _MODULES.get(cmd_name, cmd_name)
        command: click.Command = import_module(f"kspec.cli.commands.{module}").command
        return command


@click.command(
    cls=LazyGroup,
    epilog=_EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, prog_name="kspec", message="%(prog)s %(version)s")
def cli() -> None:
    """Check, place, simulate and prove Kubernetes designs before they are deployed.

    A PATH is a .kspec file, a YAML or JSON file, a folder, or - for standard input.
    """


def main() -> None:
    """Entry point of the `kspec` command; never returns."""
    collect_seldom()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some reads about every package there is
    patient = install()
    code = run(sys.argv[1:])
    patient.flush()
    if patient.trouble:
        click.echo(f"cannot write to standard output: {patient.trouble}", err=True)
        code = Exit.BAD_INPUT
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command and give its exit code; nothing but a fault in the interpreter leaves as an exception."""
    try:
        cli.main(arguments, prog_name="kspec", standalone_mode=False)
    except Stop as stop:
        return stop.code
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except click.ClickException as usage:
        usage.show()
        return Exit.BAD_INPUT
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except Unwritable:
        return Exit.BAD_INPUT
    except Exception as fault:
        return _fault(fault)
    return Exit.CLEAN


def _fault(fault: Exception) -> int:
    if os.environ.get("KSPEC_TRACEBACK"):
        raise fault
    click.echo(f"fault in kspec: {type(fault).__name__}: {fault}", err=True)
    click.echo(
        "This is a mistake in kspec, not in your input. Run again with KSPEC_TRACEBACK=1 for a report.", err=True
    )
    return Exit.FAULT


if __name__ == "__main__":
    main()
