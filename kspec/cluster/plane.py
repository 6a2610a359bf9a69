"""A control plane with its nodes, ready to be told what to do."""

from __future__ import annotations

from kspec.api.schema import Catalogue
from kspec.cluster.apiserver import ApiServer
from kspec.cluster.cache import Cache
from kspec.cluster.controller import Manager
from kspec.cluster.controllers import start
from kspec.cluster.kubelet import Kubelets
from kspec.cluster.log import ROOT_CERTIFICATES, Log
from kspec.cluster.loop import Loop
from kspec.cluster.metrics import Metrics
from kspec.cluster.names import Names
from kspec.cluster.provisioner import Provisioners
from kspec.cluster.scheduling import KubeScheduler
from kspec.cluster.store import Store
from kspec.source.tree import Object


class ControlPlane:
    """API server, scheduler, controllers and kubelets around one store; `log` is about the given namespaces."""

    def __init__(self, *namespaces: str, catalogue: Catalogue | None = None) -> None:
        self.loop = Loop()
        self.store = Store(self.loop)
        self.api = ApiServer(self.loop, self.store, catalogue)
        for number, namespace in enumerate(namespaces):
            self.api.store.put(_namespace(namespace), "kube-apiserver")
            self.api.store.put(_certificates(namespace, number), "kube-controller-manager")
            self.api.standing.put(_account(namespace))
        self.names = Names(self.api.unborn)
        self.log = Log(self.store, namespaces, self.names)
        self.metrics = Metrics()
        watched = Cache(self.loop, self.store)
        self.kubelets = Kubelets(self.loop, self.api, Cache(self.loop, self.store))
        self.provisioners = Provisioners(self.loop, self.api, watched)
        self.scheduler = KubeScheduler(self.loop, self.api, Cache(self.loop, self.store))
        self.controllers = start(Manager(self.loop, self.api, watched, self.metrics))


def _namespace(name: str) -> Object:
    """The namespace as it was made before the log begins."""
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": name,
            "uid": "00000000-0000-4000-8000-000000000000",
            "labels": {"kubernetes.io/metadata.name": name},
        },
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }


def _certificates(namespace: str, number: int) -> Object:
    """What is published to every namespace: the log does not show it, but a quota counts it."""
    uid = f"00000000-0000-4000-8001-{number:012x}"
    metadata: Object = {"name": ROOT_CERTIFICATES, "namespace": namespace, "uid": uid}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"ca.crt": ""}}


def _account(namespace: str) -> Object:
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}
