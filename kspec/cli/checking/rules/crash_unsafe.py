"""A promise is broken by a controller that restarts between two writes.

What the design promises does not hold, and would without restarts: without `controller_restart`, and without the
crashes of components of the design's own (environment actions that set variables back to how they start). Keep what
was done where a restart finds it: in the API.

Fails:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      statefulset db {
        replicas: 2
        container postgres {
          image: "postgres:17.5"
          resources { cpu: 1  memory: 1Gi }
        }
      }
    }
    component failover(s: StatefulSet) {
      state { primary: {First, Second, Nobody} = First  doing: {Nothing, Promoting} = Nothing }
      action fence when s.primary == First && !up(s, 0) && up(s, 1) && s.doing == Nothing {
        s.primary := Nobody
        s.doing := Promoting
      }
      action promote when s.doing == Promoting && up(s, 1) { s.primary := Second  s.doing := Nothing }
      environment action crash when s.doing != Nothing { s.doing := Nothing }
    }
    goal led: eventually always db.primary != Nobody under loss(1 node), crash(db)

Passes:

    cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } } }
    namespace shop {
      statefulset db {
        replicas: 2
        container postgres {
          image: "postgres:17.5"
          resources { cpu: 1  memory: 1Gi }
        }
      }
    }
    component failover(s: StatefulSet) {
      state { primary: {First, Second, Nobody} = First  doing: {Nothing, Promoting} = Nothing }
      action fence when s.primary == First && !up(s, 0) && up(s, 1) && s.doing == Nothing {
        s.primary := Nobody
        s.doing := Promoting
      }
      action promote when s.primary == Nobody && up(s, 1) { s.primary := Second  s.doing := Nothing }
      environment action crash when s.doing != Nothing { s.doing := Nothing }
    }
    goal led: eventually always db.primary != Nobody under loss(1 node), crash(db)
"""

from __future__ import annotations

from kspec.lint.rule import rule
from kspec.source.diagnostic import Severity

RULE = rule("KS9112", "crash-unsafe", Severity.ERROR, __doc__)
