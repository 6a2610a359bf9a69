"""PersistentVolume binder: claims get volumes, and what becomes of a volume whose claim is gone."""

from kspec.cluster.controllers.persistentvolume.controller import PersistentVolumeController

__all__ = ["PersistentVolumeController"]
