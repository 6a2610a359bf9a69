"""Reads a `KubeSchedulerConfiguration`; what is wrong with it becomes diagnostics."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kspec.api.schema.rules import ENUM, SCHEMA, UNKNOWN_FIELD
from kspec.domain.objects import Resource
from kspec.scheduler.configuration.arguments import PLUGINS
from kspec.scheduler.configuration.assembling import assembled, extends
from kspec.scheduler.configuration.merging import ALL
from kspec.scheduler.configuration.models import ConfigurationModel, Plugins, PluginSet, ProfileModel, strictly
from kspec.scheduler.configuration.types import Configuration
from kspec.scheduler.framework.interface import Plugin
from kspec.scheduler.framework.profile import Profile
from kspec.source.diagnostic import Diagnostic, Diagnostics
from kspec.source.tree import Path


def default_configuration() -> Configuration:
    """What a scheduler without configuration runs: new plugins with default arguments."""
    plugins = {name: plugin.build({}) for name, plugin in PLUGINS.items()}
    return Configuration((assembled(ProfileModel(), plugins),))


def read_configuration(resource: Resource) -> Configuration | tuple[Diagnostic, ...]:
    """The configuration that an object states, or what is wrong with it."""
    try:
        model = strictly(ConfigurationModel, resource.manifest)
    except ValidationError as error:
        return tuple(_mistakes(error.errors(include_url=False), resource, ()))
    found = Diagnostics()
    for i in range(len(model.extenders)):
        where = resource.at("extenders", i)
        found.report(SCHEMA, "extenders ask a server that is not there", where, help="take the extender away")
    names = [profile.scheduler_name for profile in model.profiles]
    for i, name in enumerate(names):
        if name in names[:i]:
            found.report(SCHEMA, f"two profiles are called `{name}`", resource.at("profiles", i))
    profiles = [_profile(profile, ("profiles", i), resource, found) for i, profile in enumerate(model.profiles)]
    if found.has_errors:
        return tuple(found.sorted())
    return Configuration(
        tuple(p for p in profiles if p is not None),
        model.percentage_of_nodes_to_score,
        model.pod_initial_backoff_seconds,
        model.pod_max_backoff_seconds,
    )


def _profile(model: ProfileModel, at: Path, resource: Resource, found: Diagnostics) -> Profile | None:
    before = len(found)
    arguments: dict[str, tuple[int, dict[str, Any]]] = {}
    for i, config in enumerate(model.plugin_config):
        where = (*at, "pluginConfig", i, "name")
        if config.name in arguments:
            found.report(SCHEMA, f"`{config.name}` is configured twice", resource.at(*where))
        elif config.name not in PLUGINS:
            found.add(_unknown_plugin(config.name, where, resource))
        arguments[config.name] = (i, config.args)
    plugins: dict[str, Plugin] = {}
    for name, plugin in PLUGINS.items():
        i, args = arguments.get(name, (0, {}))
        try:
            plugins[name] = plugin.build(args)
        except ValidationError as error:
            where = (*at, "pluginConfig", i, "args")
            found.extend(_mistakes(error.errors(include_url=False), resource, where))
    found.extend(_wrong_names(model.plugins, plugins, (*at, "plugins"), resource))
    if len(found) > before:
        return None
    profile = assembled(model, plugins)
    if not profile.bind:
        found.report(SCHEMA, "a profile needs a bind plugin, and has none", resource.at(*at))
    return profile


def _wrong_names(plugins: Plugins, built: Mapping[str, Plugin], at: Path, resource: Resource) -> Iterator[Diagnostic]:
    """Plugins that do not exist, or that do not extend the point they are named at."""
    for point, field in Plugins.model_fields.items():
        chosen: PluginSet = getattr(plugins, point)
        name = field.alias or point
        for which, refs in (("enabled", chosen.enabled), ("disabled", chosen.disabled)):
            for i, ref in enumerate(refs):
                where = (*at, name, which, i, "name")
                if ref.name not in PLUGINS and not (which == "disabled" and ref.name == ALL):
                    yield _unknown_plugin(ref.name, where, resource)
                elif which == "enabled" and ref.name in built and not extends(built[ref.name], point):
                    yield Diagnostic(SCHEMA, f"`{ref.name}` does not extend {name}", resource.at(*where))


def _unknown_plugin(name: str, at: Path, resource: Resource) -> Diagnostic:
    return Diagnostic(ENUM, f"there is no plugin `{name}`", resource.at(*at), _similar(name, PLUGINS))


def _mistakes(errors: Sequence[ErrorDetails], resource: Resource, at: Path) -> Iterator[Diagnostic]:
    for error in errors:
        path = (*at, *error["loc"])
        span = resource.at(*path)
        if error["type"] == "extra_forbidden":
            yield Diagnostic(UNKNOWN_FIELD, f"there is no field `{path[-1]}` here", span)
        else:
            where = ".".join(map(str, path))
            words = error["msg"].removeprefix("Value error, ")
            yield Diagnostic(SCHEMA, f"{where}: {words}" if where else words, span)


def _similar(name: str, known: Iterable[str]) -> str | None:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean `{close[0]}`?" if close else None
