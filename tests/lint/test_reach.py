"""Rights lead to rights: the way from one account to another that may do everything."""

from __future__ import annotations

from kspec.elaborate import load
from kspec.lint.index import Index
from kspec.lint.reach import Reach


def account(name: str) -> str:
    return f"apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: {name}, namespace: shop}}\n"


def role(name: str, resource: str, verb: str, group: str = '""') -> str:
    rules = f"[{{apiGroups: [{group}], resources: [{resource}], verbs: [{verb}]}}]"
    return f"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {{name: {name}}}\nrules: {rules}\n"


def bound(role: str, to: str, namespace: str = "") -> str:
    kind, place = ("RoleBinding", f", namespace: {namespace}") if namespace else ("ClusterRoleBinding", "")
    return (
        f"apiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: {to}-{role}{place}}}\n"
        f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}\n"
        f"subjects: [{{kind: ServiceAccount, name: {to}, namespace: shop}}]\n"
    )


def way(start: str, *objects: str) -> list[str]:
    design = load(["-"], stdin="---\n".join([*map(account, ("web", "deployer", "admin")), *objects])).design
    assert design is not None
    return [f"{s.how} {s.to[1]}" for s in Reach(Index.of_design(design)).way_up(("shop", start))]


ADMIN = bound("cluster-admin", "admin")


def test_who_may_start_pods_acts_as_any_account_of_the_namespace() -> None:
    assert way("web", ADMIN, role("runner", "pods", "create"), bound("runner", "web", "shop")) == [
        "start a pod as admin"
    ]


def test_a_way_may_have_several_steps_and_the_shortest_is_told() -> None:
    runner = [role("runner", "pods", "create"), bound("runner", "deployer", "other"), bound("runner", "deployer")]
    execs = [role("exec", "pods/exec", "create"), bound("exec", "web", "shop")]
    assert way("web", ADMIN, *runner, *execs) == ["run commands in a pod of admin"]


def test_rights_in_another_namespace_lead_nowhere() -> None:
    assert way("web", ADMIN, role("runner", "pods", "create"), bound("runner", "web", "other")) == []


def test_who_may_do_everything_needs_no_way_and_without_such_there_is_none() -> None:
    assert way("admin", ADMIN) == []
    assert way("web", role("runner", "pods", "create"), bound("runner", "web", "shop")) == []
