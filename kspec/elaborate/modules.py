"""Instances of modules: a `define` whose parameters get values, and whose objects the instance's body may change."""

from __future__ import annotations

from dataclasses import replace

from kspec.elaborate import rules
from kspec.elaborate.declare import bind_declarations
from kspec.elaborate.evaluate.scope import Module, Scope
from kspec.elaborate.evaluate.values import Text, Value
from kspec.elaborate.groups import Group, Groups
from kspec.elaborate.objects.draft import Draft, Place
from kspec.elaborate.objects.layers import Layer
from kspec.elaborate.suggest import did_you_mean
from kspec.source.diagnostic import Label
from kspec.syntax import nodes as n


class Modules(Groups):
    """Adds instances to groups. An instance's name goes to the first parameter of type `Name`."""

    def instantiate(self, group: Group, item: n.Instance, scope: Scope, place: Place | None) -> None:
        """Instantiate a module: its body, then the body of the instance.

        Inside an object (`place`) the module's items become part of it.
        """
        name = self.label(item.label, scope)
        module = self._module(item, scope)
        if name is None or module is None or module.define is None:
            return
        module.used = True
        if module.running:
            related = (Label("declared here", module.span),)
            message = f"`{module.name}` instantiates itself"
            self.diagnostics.report(rules.CYCLE, message, item.word.span, related=related)
            return
        inner = self._parameters(module.define, item, name, scope, module.scope or Scope())
        if inner is None:
            return
        module.running = True
        layer = Layer(f"define {module.name}", item.span, group.layer)
        bind_declarations(module.define.body, inner, self.diagnostics)
        if place is not None:
            self.fill(replace(place, layer=layer), module.define.body, inner)
            self.fill(replace(place, layer=Layer(f"{module.name} {name.text}")), item.items, scope)
        else:
            self._instance(group, item, module.define, layer, name, inner, scope)
        module.running = False

    def _instance(
        self, group: Group, item: n.Instance, define: n.Define, layer: Layer, name: Text, inner: Scope, scope: Scope
    ) -> None:
        path = f"{group.module}-{name.text}" if group.module else name.text
        body = Group(layer, group.namespace, module=path)
        self.declare(body, define.body, inner)
        group.objects.extend(body.objects)
        if not item.items:
            return
        above = Layer(f"{define.name.text} {name.text}")
        main = _main(body.objects)
        owner = main.place(above) if main is not None else None
        self.declare(replace(body, layer=above, owner=owner, overlay=True), item.items, scope)

    def _module(self, item: n.Instance, scope: Scope) -> Module | None:
        word = item.word.text
        found = scope.module(word)
        owners = scope.owners(word)
        if len(owners) > 1:
            message = f"`{word}` is a module of {' and of '.join(f'`{o}`' for o in owners)}"
            help = f"say which: `{owners[0]}.{word} ...`"
            self.diagnostics.report(rules.UNKNOWN_NAME, message, item.word.span, help=help)
            return None
        if found is not None:
            return found
        if self.kinds.by_word(word) is not None:
            message, help = f"`{word}` is a kind and takes no arguments", f"write `{word} NAME {{ ... }}`"
            self.diagnostics.report(rules.TYPE, message, item.word.span, help=help)
            return None
        help_text = did_you_mean(word, scope.modules())
        message = f"there is no module `{word}`"
        self.diagnostics.report(rules.UNKNOWN_NAME, message, item.word.span, help=help_text)
        return None

    def _parameters(self, define: n.Define, item: n.Instance, name: Text, scope: Scope, home: Scope) -> Scope | None:
        named = next((p.name.text for p in define.params if p.type.name == "Name"), None)
        passed = {a.name.text for a in item.args if isinstance(a, n.Named)}
        given: dict[str, Value] = {named: name} if named is not None and named not in passed else {}
        head = item.word.span.to(item.label.span)
        what = f"`{define.name.text}`"
        return self.evaluator.bind_arguments(what, define.params, item.args, head, scope, home, given)


def _main(objects: list[Draft]) -> Draft | None:
    """The object that the fields of an instance's body belong to: the first workload, or else the first object."""
    return next((d for d in objects if d.template is not None), objects[0] if objects else None)
