"""Deployment, ReplicaSet, StatefulSet, DaemonSet, Job and CronJob, in their own words."""

from __future__ import annotations

import pytest
from models.story import Story

ONCE = 'restartPolicy: Never  container c { image: "c:1" }'
NODES = "cluster lab { nodepool general { count: 3  machine { cpu: 4  memory: 16Gi } } }\n"


def web(replicas: int = 3, strategy: str = "rollingUpdate { maxSurge: 1  maxUnavailable: 0 }", more: str = "") -> str:
    return (
        NODES
        + f"""
deployment web {{
  replicas: {replicas}
  strategy {{ {strategy} }}
  container app {{ image: "web:1"  resources {{ cpu: 100m  memory: 64Mi }} }}
  {more}
}}
"""
    )


class TestDeployment:
    def test_makes_one_replica_set_with_all_replicas(self) -> None:
        story = Story(web())
        assert story.holds("web.available == 3 && web.updated")
        (event,) = story.events("ScalingReplicaSet")
        assert event.startswith("Scaled up replica set web-") and event.endswith(" from 0 to 3")

    def test_a_rollout_surges_and_never_goes_below_what_must_be_available(self) -> None:
        story = Story(web(), under="rollout(web)").do("rollout")
        least, most = 3, 3
        while not story.executor.settled():
            story.run(1)
            least = min(least, story.value("web.available"))
            most = max(most, story.value("web.active"))
        assert (least, most) == (3, 4)
        assert story.holds("web.updated && web.available == 3")

    def test_percentages_round_surge_up_and_unavailable_down(self) -> None:
        story = Story(web(4, "rollingUpdate { maxSurge: 25%  maxUnavailable: 25% }"), under="rollout(web)").do(
            "rollout"
        )
        story.do("scale_up")
        assert story.events("ScalingReplicaSet")[-1].endswith("from 0 to 1")
        story.do("scale_down")
        assert story.events("ScalingReplicaSet")[-1].endswith("from 4 to 3")

    def test_recreate_stops_all_old_pods_before_it_starts_new_ones(self) -> None:
        story = Story(web(2, "type: Recreate"), under="rollout(web)").do("rollout").do("stop")
        story.run(1)
        while story.holds("count(pods(web)) > 0") and not story.can("deployment/web: start"):
            story.run(1)
        assert story.holds("count(pods(web)) == 0")
        assert story.settle().holds("web.updated && web.available == 2")

    def test_a_bad_image_stops_the_rollout_with_the_old_pods_in_place(self) -> None:
        story = Story(web(), under="bad_image(web)").do("bad_image").settle()
        assert story.holds("web.available == 3 && !web.updated && web.active == 4")

    def test_a_paused_deployment_does_not_roll_out(self) -> None:
        story = Story(web(), under="pause(web), rollout(web)").do("pause").do("rollout").settle()
        assert story.holds("!web.updated")

    def test_scaled_in_a_rollout_both_replica_sets_get_their_share(self) -> None:
        # the example of the documentation of Deployments: of five more pods three go to the larger, two to the other
        story = Story(
            web(10, "rollingUpdate { maxSurge: 3  maxUnavailable: 2 }"), under="bad_image(web), scale(web, to: 15)"
        )
        story.do("bad_image").settle()
        assert story.events("ScalingReplicaSet")[-1].endswith("from 3 to 5")
        story.do("scale 15").do("share_more")
        assert [line.rpartition("from ")[2] for line in story.events("ScalingReplicaSet")[-2:]] == ["5 to 7", "8 to 11"]

    def test_scaled_before_a_rollout_has_begun_the_old_replica_set_follows(self) -> None:
        story = Story(web(), under="rollout(web), scale(web, to: 5)").do("rollout").do("scale 5").do("resize")
        assert story.value("sum(rs.replicas for rs in revisions(web) where rs.revision == 1)") == 5
        assert story.settle().holds("web.updated && web.available == 5")

    def test_scaled_while_paused_the_rollout_goes_no_further(self) -> None:
        story = (
            Story(web(), under="rollout(web), pause(web), scale(web, to: 5)").do("rollout").do("scale_up").do("pause")
        )
        story.do("scale 5").settle()
        assert story.holds("web.active == 6 && !web.updated")

    def test_a_rollout_that_does_not_move_is_told_of_after_its_deadline(self) -> None:
        story = Story(web(), under="bad_image(web), undo(web)").do("bad_image").settle()
        (told,) = [s for s in story.steps if s.summary == "deployment web has timed out progressing"]
        assert 600 < told.time < 610 and story.holds("web.progress == ProgressDeadlineExceeded")
        assert story.do("undo").settle().holds("web.progress == Progressing")

    def test_without_a_deadline_nothing_is_told(self) -> None:
        never = web().replace("replicas: 3", "replicas: 3  progressDeadlineSeconds: 2147483647")
        story = Story(never, under="bad_image(web)").do("bad_image").settle()
        assert story.holds("web.progress == Progressing")

    def test_scaling_down_deletes_pods_that_are_not_ready_first(self) -> None:
        story = Story(web(), under="scale(web, to: 4), scale(web, to: 3)")
        story.do("scale 4").do("scale_up").do("replicaset/web.r1: create").do("scheduler: bind")
        assert story.holds("count(p in pods(web) where p.phase == Starting) == 1")
        story.do("scale 3").do("scale_down_new")
        assert story.can("delete web.r1.Starting") and not story.can("delete web.r1.Ready")


class TestReplicaSet:
    def test_replaces_a_pod_that_is_deleted(self) -> None:
        story = Story(web(), under="drain(any node)").do("drain", "general-1").settle()
        assert story.holds("web.available == 3 && (forall n in nodes: n.drained)")

    def test_with_a_full_quota_no_pod_is_created(self) -> None:
        story = Story(web() + "resourcequota few { hard { pods: 2 } }\n")
        assert story.holds("web.available == 2 && settled")

    def test_node_name_goes_past_the_scheduler(self) -> None:
        story = Story(web(1, more='nodeName: "general-2"'))
        assert story.holds("web.available == 1") and not story.events("Scheduled")


class TestStatefulSet:
    DB = NODES + 'statefulset db { replicas: 3  container pg { image: "pg:1" } }\n'

    def test_makes_pods_in_order_each_after_the_last_is_ready(self) -> None:
        story = Story(self.DB)
        assert story.events("SuccessfulCreate") == [
            f"Create Pod db-{ordinal} in StatefulSet db successful" for ordinal in range(3)
        ]
        ready = [s for s in story.steps if s.action == "PatchStatus"]
        assert [s.object.name for s in ready] == ["db-0", "db-1", "db-2"]

    def test_in_parallel_all_pods_are_made_at_once(self) -> None:
        story = Story(self.DB.replace("replicas: 3", "replicas: 3  podManagementPolicy: Parallel"), settle=False)
        while not story.can("statefulset/db: create"):
            story.run(1)
        assert all(story.can(f"statefulset/db: create {ordinal}") for ordinal in range(3))
        assert story.settle().holds("db.ready == 3")

    def test_updates_from_the_highest_ordinal_down_one_at_a_time(self) -> None:
        story = Story(self.DB, under="rollout(db)").do("rollout").settle()
        assert story.events("SuccessfulDelete") == [
            f"Delete Pod db-{ordinal} in StatefulSet db successful" for ordinal in (2, 1, 0)
        ]
        assert story.holds("db.updated && db.ready == 3")

    def test_a_broken_version_is_not_taken_back_in_order(self) -> None:
        story = Story(self.DB, under="bad_image(db), undo(db)").do("bad_image").settle().do("undo").settle()
        assert story.holds("db.revision == 1 && db.ready == 2")

    def test_in_parallel_a_broken_version_is_taken_back(self) -> None:
        parallel = self.DB.replace("replicas: 3", "replicas: 3  podManagementPolicy: Parallel")
        story = Story(parallel, under="bad_image(db), undo(db)").do("bad_image").settle().do("undo").settle()
        assert story.holds("db.updated && db.ready == 3")

    def test_a_partition_keeps_the_lower_ordinals_as_they_are(self) -> None:
        partition = "replicas: 3  updateStrategy { rollingUpdate { partition: 2 } }"
        story = Story(self.DB.replace("replicas: 3", partition), under="rollout(db)").do("rollout").settle()
        assert story.value("count(p in pods(db) where p.revision == 2)") == 1

    def test_scales_down_from_the_highest_ordinal(self) -> None:
        story = Story(self.DB, under="scale(db, to: 1)").do("scale").settle()
        assert story.value("count(pods(db))") == 1
        assert story.events("SuccessfulDelete")[0].startswith("Delete Pod db-2")

    def test_a_pod_on_a_lost_node_is_not_replaced(self) -> None:
        story = Story(self.DB.replace("replicas: 3", "replicas: 1"), under="loss(1 node)")
        where = next(
            node.name for i, node in enumerate(story.executor.world.nodes) if story.executor.world.pods[0].node == i
        )
        story.do("loss", where).settle()
        assert story.holds("db.ready == 0 && count(p in pods(db) where p.phase == Terminating) == 1")


class TestDaemonSet:
    AGENT = (
        NODES.replace("}  }", "} }")
        + """
daemonset agent {
  updateStrategy { rollingUpdate { maxUnavailable: 1 } }
  container agent { image: "agent:1" }
}
"""
    )

    def test_runs_one_pod_on_every_node(self) -> None:
        story = Story(self.AGENT)
        assert story.holds("agent.available == 3 && (forall n in nodes: count(pods(agent).on(n)) == 1)")

    def test_leaves_out_nodes_whose_taints_it_does_not_tolerate(self) -> None:
        tainted = "cluster lab { nodepool general { count: 2  machine { cpu: 4  memory: 16Gi } }\n"
        tainted += "  nodepool gpu { count: 1  machine { cpu: 4  memory: 16Gi }"
        tainted += '  taints: [{ key: "gpu", effect: NoSchedule }] } }\n'
        story = Story(tainted + self.AGENT.partition("\n")[2])
        assert story.value("agent.available") == 2

    def test_updates_at_most_as_many_at_once_as_may_be_unavailable(self) -> None:
        story = Story(self.AGENT, under="rollout(agent)").do("rollout")
        least = 3
        while not story.executor.settled():
            story.run(1)
            least = min(least, story.value("agent.available"))
        assert least == 2 and story.holds("agent.updated && agent.available == 3")

    def test_with_a_surge_the_old_pod_goes_when_the_new_one_is_available(self) -> None:
        surging = self.AGENT.replace("maxUnavailable: 1", "maxSurge: 1  maxUnavailable: 0")
        story = Story(surging, under="rollout(agent)").do("rollout")
        least, starting = 3, 0
        while not story.executor.settled():
            story.run(1)
            least = min(least, story.value("agent.available"))
            starting = max(starting, story.value("count(p in pods(agent) where active(p) && !available(p))"))
        assert (least, starting) == (3, 1) and story.holds("agent.updated && count(pods(agent)) == 3")

    def test_beside_a_pod_that_is_not_available_a_new_one_starts_at_once(self) -> None:
        surging = self.AGENT.replace("maxUnavailable: 1", "maxSurge: 1  maxUnavailable: 0")
        story = Story(surging, under="bad_image(agent), undo(agent)").do("bad_image").settle()
        assert story.holds("agent.available == 3 && agent.active == 4 && !agent.updated")
        assert story.do("undo").settle().holds("agent.updated && agent.available == 3 && count(pods(agent)) == 3")


class TestJobs:
    def test_a_job_runs_its_pods_to_completion(self) -> None:
        job = 'job sum { completions: 3  parallelism: 2  restartPolicy: Never  container c { image: "c:1" } }\n'
        story = Story(NODES + job)
        assert story.holds("sum.succeeded == 3 && sum.active == 0")
        assert story.events("Completed") == ["Job completed"]

    def test_an_indexed_job_makes_one_pod_for_each_index(self) -> None:
        job = f"job sum {{ completions: 3  parallelism: 3  completionMode: Indexed  {ONCE} }}\n"
        story = Story(NODES + job)
        bound = sorted(step.object.name for step in story.steps if step.action == "bind")
        assert [name.rpartition("-")[0] for name in bound] == ["sum-0", "sum-1", "sum-2"]

    INDEXED = (
        "job sum {{ completions: 3  parallelism: {}  completionMode: Indexed  {}  restartPolicy: Never  {}  {} }}\n"
    )

    def indexed(self, more: str, facts: str = "", parallelism: int = 1) -> Story:
        annotations = f"spec.template.metadata.annotations {{ {facts} }}"
        return Story(NODES + self.INDEXED.format(parallelism, more, annotations, 'container c { image: "c:1" }'))

    def test_an_index_that_fails_does_not_stop_the_others_if_it_has_a_limit_of_its_own(self) -> None:
        bad = '"kspec.dev/failing-indexes": "1"'
        own = self.indexed("backoffLimitPerIndex: 1", bad)
        assert own.holds("sum.result == Failed && sum.succeeded == 2 && sum.failed == 2")
        assert own.events("FailedIndexes") == ["Job has failed indexes"]
        common = self.indexed("backoffLimit: 1", bad)
        assert common.holds("sum.result == Failed && sum.succeeded == 1")

    def test_fail_index_does_not_try_again(self) -> None:
        rule = 'podFailurePolicy.rules: [{ action: "FailIndex", onExitCodes: { operator: "In", values: [42] } }]'
        facts = '"kspec.dev/failing-indexes": "1"  "kspec.dev/exit-code": "42"'
        assert self.indexed(f"backoffLimitPerIndex: 3  {rule}", facts).holds("sum.failed == 1 && sum.succeeded == 2")
        facts = facts.replace("42", "7")
        assert self.indexed(f"backoffLimitPerIndex: 3  {rule}", facts).holds("sum.failed == 4 && sum.succeeded == 2")

    def test_too_many_failed_indexes_end_the_job(self) -> None:
        facts = '"kspec.dev/failing-indexes": "0-1"'
        story = self.indexed("backoffLimitPerIndex: 0  maxFailedIndexes: 1", facts)
        assert story.holds("sum.result == Failed && sum.failed == 2 && sum.succeeded == 0")

    def test_what_is_ignored_is_made_anew_for_ever(self) -> None:
        rule = 'podFailurePolicy.rules: [{ action: "Ignore", onExitCodes: { operator: "In", values: [42] } }]'
        facts = '"kspec.dev/ready": "false"  "kspec.dev/exit-code": "42"'
        job = f"job sum {{ backoffLimit: 1  {rule}  spec.template.metadata.annotations {{ {facts} }}  {ONCE} }}\n"
        story = Story(NODES + job, settle=False).run(120)
        assert story.holds("sum.result == Running") and len(story.events("SuccessfulCreate")) > 3

    def test_a_success_policy_needs_only_some(self) -> None:
        rule = 'successPolicy.rules: [{ succeededIndexes: "0-1", succeededCount: 1 }]'
        story = self.indexed(rule, parallelism=3)
        assert story.holds("sum.result == Complete && sum.active == 0 && sum.succeeded >= 1")
        hanging = self.indexed(rule.replace(", succeededCount: 1", ""), '"kspec.dev/failing-indexes": "2"', 3)
        assert hanging.holds("sum.result == Complete && sum.succeeded == 2")

    @pytest.mark.parametrize(("policy", "runs"), [("Allow", 2), ("Forbid", 1), ("Replace", 1)])
    def test_a_cron_job_keeps_to_its_concurrency_policy(self, policy: str, runs: int) -> None:
        cron = f'cronjob tick {{ schedule: "* * * * *"  concurrencyPolicy: {policy}  {ONCE} }}\n'
        story = Story(NODES + cron, under="tick(tick, times: 2)").do("cronjob/tick: tick").run(2)
        if story.can("cronjob/tick: tick"):
            story.do("cronjob/tick: tick").run(4)
        assert story.value("tick.active") <= runs
        assert story.settle().value("count(pods(tick))") == 0
