"""The parts of generated functions: unpacking a state, folding aggregates, building the next state."""

from __future__ import annotations

from collections.abc import Mapping

from kspec.core.build import and_
from kspec.core.code import Writer
from kspec.core.expr import UNLIMITED, Aggregate, Apply, Enabled, Expr, Fold, Global, Local, Op, walk
from kspec.core.system import Action, System

_START = {Fold.SUM: "0", Fold.MIN: str(UNLIMITED), Fold.MAX: str(-UNLIMITED)}
_WORTH_SHARING = {Op.SUM, Op.MIN, Op.MAX, Op.ITE, Op.AND, Op.OR}


class Program:
    """Names for everything a generated function of one system mentions, collected while its body is written."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._global_names = {v.name: f"g{i}" for i, v in enumerate(system.globals)}
        self._local_names = {v.name: f"x{i}" for i, v in enumerate(system.locals)}
        self._aggregates: dict[Aggregate, str] = {}
        self._enabled: dict[Enabled, str] = {}
        self._shared: list[tuple[str, str]] = []
        self._broadcasts: list[int] = []
        self.writer = Writer(self._global_names, self._local_names, self._aggregate, self._enabled_name)
        self._plain = Writer(self._global_names, self._local_names, self._aggregate, self._enabled_name)
        self._share()

    def _aggregate(self, expr: Aggregate) -> str:
        return self._aggregates.setdefault(expr, f"a{len(self._aggregates)}")

    def _enabled_name(self, expr: Enabled) -> str:
        return self._enabled.setdefault(expr, f"e{len(self._enabled)}")

    def _share(self) -> None:
        """Subexpressions of guards and global updates that several places mention are computed once a state."""
        uses: dict[Expr, int] = {}
        roots: list[Expr] = []
        for action in self._system.actions:
            roots += [action.guard, *action.globals.values()]
        for expr in walk(*roots, into_aggregates=False):
            if isinstance(expr, Apply):
                for arg in expr.args:
                    uses[arg] = uses.get(arg, 0) + 1
        for expr in roots:
            uses[expr] = uses.get(expr, 0) + 1
        worth = [
            e
            for e, count in uses.items()
            if count > 1 and isinstance(e, Apply) and e.op in _WORTH_SHARING and len(e.args) > 1 and _is_global(e)
        ]
        depths: dict[Expr, int] = {}
        for expr in sorted(worth, key=lambda e: _depth(e, depths)):
            text = self.writer.text(expr)
            name = f"t{len(self._shared)}"
            self._shared.append((name, text))
            self.writer.name(expr, name)

    def split_guard(self, guard: Expr) -> tuple[Expr, Expr]:
        """A guard as what does not depend on the bound node, and the rest."""
        parts = guard.args if isinstance(guard, Apply) and guard.op is Op.AND else (guard,)
        outside = [part for part in parts if not any(isinstance(e, Local) for e in walk(part, into_aggregates=False))]
        return and_(*outside), and_(*(part for part in parts if part not in outside))

    def shared_lines(self) -> list[str]:
        """Computes what `_share` found."""
        return [f" {name} = {text}" for name, text in self._shared]

    def unpack(self) -> list[str]:
        """Names the parts of the state `s`: `g` for all globals, and each by itself."""
        parts = "".join(f"c{i}, " for i in range(len(self._system.classes)))
        values = "".join(f"{name}, " for name in self._global_names.values())
        return [f" g, {parts}= s", *([f" {values}= g"] if values else [])]

    def unpack_block(self, indent: str) -> list[str]:
        """Names the variables of the block `b`."""
        names = "".join(f"{name}, " for name in self._local_names.values())
        return [f"{indent}{names}= b"] if names else []

    def aggregates(self) -> list[str]:
        """Computes every aggregate mentioned so far."""
        lines = [f" {name} = {_START[expr.fold]}" for expr, name in self._aggregates.items()]
        columns = self._columns()
        inline = [expr for expr in self._aggregates if expr.body not in columns]
        for number in range(len(self._system.classes)):
            here = [(expr, name) for expr, name in self._aggregates.items() if number in expr.classes]
            if not here:
                continue
            lines.append(f" for b, k in c{number}:")
            if any(expr in inline for expr, _ in here):
                lines += self.unpack_block("  ")
            if any(expr not in inline for expr, _ in here):
                lines += [f"  {''.join(f'm{i}, ' for i in columns.values())}= known.get(b) or measure(b)"]
            for expr, name in here:
                value = self._plain.text(expr.body) if expr in inline else f"m{columns[expr.body]}"
                lines.append(_fold_line(expr.fold, name, value))
        return lines

    def _columns(self) -> dict[Expr, int]:
        """The bodies that depend on a block alone, numbered: these are remembered per block."""
        bodies = dict.fromkeys(expr.body for expr in self._aggregates)
        return {body: i for i, body in enumerate(b for b in bodies if not any(isinstance(e, Global) for e in walk(b)))}

    def preamble(self) -> list[str]:
        """Functions the body calls; to be written after the body, put before it."""
        lines = []
        columns = self._columns()
        if columns:
            values = "".join(self._plain.text(body) + ", " for body in columns)
            lines += ["known = {}", "def measure(b):", *self.unpack_block(" ")]
            lines += [f" m = known[b] = ({values})", " return m"]
        for index in self._broadcasts:
            lines += self._broadcast_function(index)
        return lines

    def _broadcast_function(self, index: int) -> list[str]:
        broadcast = self._system.actions[index].broadcast
        assert broadcast is not None
        lines = []
        for number, updates in broadcast.locals.items():
            lines += [
                f"def broadcast{index}_{number}(nodes{''.join(', ' + name for name in self._global_names.values())}):",
                " counts = {}",
                " for b, k in nodes:",
                *self.unpack_block("  "),
                f"  b = {self._tuple(updates, self._local_names, self._plain)}",
                "  counts[b] = counts.get(b, 0) + k",
                " return tuple(sorted(counts.items()))",
            ]
        return lines

    def enabled_lines(self, actions: str) -> list[str]:
        """Which components can act, given the source of a list of enabled controller actions (by index)."""
        lines = []
        for expr, name in self._enabled.items():
            test = "" if expr.component is None else f"components[i] == {expr.component!r} for i in "
            lines.append(f" {name} = any({test}{actions})" if test else f" {name} = bool({actions})")
        return lines

    def next_state(self, index: int, action: Action) -> str:
        """The state after the action, with `j` the position of the bound node's block."""
        values = self._tuple(action.globals, self._global_names) if action.globals else "g"
        nodes = [f"c{i}" for i in range(len(self._system.classes))]
        if action.node_class is not None and action.locals:
            block = self._tuple(action.locals, self._local_names)
            nodes[action.node_class] = f"replace_block(c{action.node_class}, j, {block})"
        if action.broadcast is not None:
            self._broadcasts.append(index)
            given = "".join(", " + name for name in self._global_names.values())
            for number in action.broadcast.locals:
                nodes[number] = f"broadcast{index}_{number}({nodes[number]}{given})"
        return f"({values}, {''.join(text + ', ' for text in nodes)})"

    def _tuple(self, updates: Mapping[str, Expr], names: Mapping[str, str], writer: Writer | None = None) -> str:
        write = (writer or self.writer).text
        parts = [write(updates[name]) if name in updates else text for name, text in names.items()]
        return "(" + "".join(part + ", " for part in parts) + ")"


def _fold_line(fold: Fold, name: str, value: str) -> str:
    match fold:
        case Fold.SUM:
            return f"  {name} += k*{value}"
        case Fold.MIN:
            return f"  if {value} < {name}: {name} = {value}"
        case Fold.MAX:
            return f"  if {value} > {name}: {name} = {value}"


def _is_global(expr: Expr) -> bool:
    return not any(isinstance(e, Local | Enabled) for e in walk(expr, into_aggregates=False))


def _depth(expr: Expr, known: dict[Expr, int]) -> int:
    found = known.get(expr)
    if found is None:
        inner = (_depth(arg, known) for arg in expr.args) if isinstance(expr, Apply) else ()
        found = known[expr] = 1 + max(inner, default=0)
    return found
