"""A git repository: its commits, and what differs from one."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


class NoRevision(Exception):
    """Git can not tell: it is missing, there is no repository, or no such revision. The message is for the user."""


@dataclass(frozen=True)
class Repository:
    """A work tree with its history. `root` is its folder, without symbolic links."""

    root: Path

    @staticmethod
    def around(path: Path) -> Repository:
        """The repository that a path lies in, which need not be there any more; raises `NoRevision`."""
        folder = next(place for place in (path.absolute(), *path.absolute().parents) if place.is_dir())
        return Repository(Path(os.fsdecode(git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n"))))

    def commit(self, revision: str) -> str:
        """The full name of a commit; raises `NoRevision` where there is none of that name."""
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        try:
            return os.fsdecode(git(self.root, *asked)).strip()
        except NoRevision:
            words = f"git knows no revision `{revision}`"
            shallow = os.fsdecode(git(self.root, "rev-parse", "--is-shallow-repository")).strip() == "true"
            hint = "; the clone is shallow: fetch more history (fetch-depth: 0)" if shallow else ""
            raise NoRevision(words + hint) from None

    def merge_base(self, revision: str) -> str:
        """Where the branch of the work tree left a revision: the commit to compare with."""
        commit = self.commit(revision)
        try:
            return os.fsdecode(git(self.root, "merge-base", commit, "HEAD")).strip()
        except NoRevision:
            return commit

    def changed_since(self, commit: str) -> frozenset[str]:
        """The files of the work tree that differ from a commit or are not known to git, with their absolute paths."""
        lists = (
            git(self.root, "diff", "--name-only", "-z", "--no-renames", commit, "--"),
            git(self.root, "ls-files", "--others", "--exclude-standard", "-z"),
        )
        return frozenset(str(self.root / os.fsdecode(name)) for text in lists for name in text.split(b"\0") if name)


def git(folder: Path, *arguments: str) -> bytes:
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, env=environment, check=False)
    except FileNotFoundError:
        raise NoRevision("git is not installed") from None
    except OSError as error:
        raise NoRevision(f"git cannot be run: {error.strerror or error}") from error
    if done.returncode:
        words = os.fsdecode(done.stderr).strip().splitlines()
        said = words[0].removeprefix("fatal: ") if words else "it says nothing"
        raise NoRevision(f"git: {said}")
    return done.stdout
