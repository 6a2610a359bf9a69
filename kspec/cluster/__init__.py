"""A control plane at the level of objects, in simulated time.

The models in `models/` count; this package writes what the real components write: names, conditions, messages,
revisions, events. It is told by `kspec simulate --case`.

- `store`, `apiserver`, `client`: objects with revisions, requests with admission (`kspec.api`), and their time;
  `deletion`, `refusals`, `spelling`, `standing`, `patch` are parts of the API server.
- `loop`, `workqueue`, `cache`, `controller`: coroutines in simulated time, queues with back-off, caches that lag.
- `kubelet`, `scheduling` with `volume_binding`, `provisioner`, `eviction`: the other components.
- `names`, `reduce`, `log`: what is told of a run, with generated names normalised.
- `steps`, `waits`, `scenario`, `case`: what is done to the cluster.

To add a controller: write `controllers/<name>.py` with a subclass of `Controller`. Its `name` is upstream's event
component, `title` what traces call it. Register handlers in `watch` (`self.cache.on("Pod", ...)`, which call
`self.queue.add(key)`). Write `async def sync(self, key)`, which reads from `self.cache` and writes with `await
self.client...`, one call after the other as upstream does (side by side: `await self.loop.together(...)`). Raise
`Retry`, or let `Refused` pass, to come back after a back-off; `self.queue.add_after(key, seconds)` comes back later;
what happens by the clock is planned in `watch` with `self.loop.every`. Then list it in
`controllers/__init__.py`. Controllers share `controllers/claims.py` (adoption and release), `history.py`
(ControllerRevisions) and `pod_control.py` (pods with the events about them). Await nothing in a `finally`: a run may
end while it waits. `controllers/replicaset.py` is a complete example.
"""
