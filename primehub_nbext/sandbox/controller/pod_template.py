"""A job, and what there is for its user and group, in; the pod that runs it out, or why there can be none."""

from __future__ import annotations

from ..cluster.objects import NoSuchObject, Objects
from ..cluster.people import EVERYONE, Group, People
from ..runner.pods import Pod, PodRefused
from . import usage
from .chart import Chart
from .quantities import limits, quota

TOO_MUCH = 'admission webhook "resources-validation-webhook.primehub.io" denied the request'


class OverQuota(PodRefused):
    """The admission webhook's refusal, which sends a job back to the queue."""


class PodTemplate:
    """Builds pods of jobs from what Kubernetes and Keycloak know at the moment."""

    def __init__(self, objects: Objects, people: People, chart: Chart):
        self.objects, self.people, self.chart = objects, people, chart

    def group(self, group_id: str) -> Group | None:
        """A group as Keycloak has it now; None: there is none of that id."""
        return self.people.groups.get(group_id)

    def instance_type(self, name: str) -> dict | None:
        """The spec of an instance type; None: there is none of that name."""
        try:
            return self.objects.get("instancetypes", name)["spec"]
        except NoSuchObject:
            return None

    @property
    def zone(self) -> str:
        """The name of the system's time zone, which PrimeHub keeps with the group everyone."""
        everyone = self._everyone()
        return (everyone and everyone.attribute("timezone")) or self.chart.zone

    def check(self, spec: dict) -> tuple[Group, dict, dict]:
        """The group of a job, its type's and its image's specs, as far as its user has them. Raises PodRefused."""
        user = self.people.users.get(spec.get("userId", ""))
        if user is None:
            raise PodRefused("User not found")
        group = next((each for each in map(self.group, user.groups) if each and each.name == spec["groupName"]), None)
        if group is None:
            raise PodRefused(f"Group not found: {spec['groupName']}")
        kind = self._granted("instancetypes", "it", group, spec["instanceType"])
        if kind is None:
            raise PodRefused(f"InstanceType not found: {spec['instanceType']}")
        image = self._granted("images", "img", group, spec["image"])
        if image is None:
            raise PodRefused(f"Image not found: {spec['image']}")
        return group, kind, image

    def pod(self, job: dict) -> Pod:
        """The pod of a job object. Raises PodRefused for a job that there can be none of."""
        name, spec = job["metadata"]["name"], job["spec"]
        group, kind, image = self.check(spec)
        asked = limits(kind)
        url = image.get("urlForGpu" if asked.gpu else "url")
        if not url:
            raise PodRefused(f'Pod "{name}" is invalid: spec.containers[0].image: Required value')
        return Pod(
            name=name,
            group=spec["groupName"],
            user=spec.get("userName", ""),
            image=url,
            command=spec["command"],
            env=self._environment(name, spec),
            limits=asked,
            volumes=self._volumes(spec, group),
            store=group.volume if self.chart.store else None,
            agent=self.chart.artifacts,
        )

    def admit(self, pod: Pod, group: Group, alive: list[Pod]) -> None:
        """What the admission webhook looks at, memory included. Raises OverQuota."""
        member = usage.used(alive, pod.group, pod.user)
        whole = usage.used(alive, pod.group)
        if not (
            usage.fits(pod.limits, member, quota(group)) and usage.fits(pod.limits, whole, quota(group, "project-"))
        ):
            raise OverQuota(TOO_MUCH)

    def _granted(self, kind: str, role: str, group: Group, name: str) -> dict | None:
        everyone = self._everyone()
        wanted = f"{role}:{name}"
        if wanted not in group.roles and (everyone is None or wanted not in everyone.roles):
            return None
        try:
            return self.objects.get(kind, name)["spec"]
        except NoSuchObject:
            return None

    def _volumes(self, spec: dict, launched_in: Group) -> dict[str, bool]:
        """The volume of the job's group, and those of the user's other groups that are not for it alone."""
        groups = map(self.group, self.people.users[spec["userId"]].groups)
        return {
            each.volume: each.attribute("home-symlink") != "false"
            for each in groups
            if each
            and each.attribute("enabled-shared-volume") == "true"
            and (each is launched_in or each.attribute("launch-group-only") == "false")
        }

    def _everyone(self) -> Group | None:
        return next((each for each in self.people.groups.values() if each.name == EVERYONE), None)

    def _environment(self, name: str, spec: dict) -> dict[str, str]:
        """The variables of a job's container, without the image's; those of artifacts only where there are any."""
        chart = self.chart
        found = {"PRIMEHUB_USER": spec.get("userName", ""), "PRIMEHUB_GROUP": spec["groupName"]}
        if chart.artifacts and chart.store:
            found |= {"PHJOB_NAME": name, "PHJOB_ARTIFACT_ENABLED": "true"}
            numbers = {
                "PHJOB_ARTIFACT_LIMIT_SIZE_MB": chart.artifact_limit_mb,
                "PHJOB_ARTIFACT_LIMIT_FILES": chart.artifact_limit_files,
                "PHJOB_ARTIFACT_RETENTION_SECONDS": chart.artifact_retention,
            }
            found |= {each: str(value) for each, value in numbers.items() if value > 0}
        return found | {
            "GRANT_SUDO": "true" if chart.grant_sudo else "false",
            "TZ": self.zone,
            "GROUP_ID": spec["groupId"],
            "GROUP_NAME": spec["groupName"],
            "JUPYTERHUB_USER": spec.get("userName", ""),
            "INSTANCE_TYPE": spec["instanceType"],
            "IMAGE_NAME": spec["image"],
        }
