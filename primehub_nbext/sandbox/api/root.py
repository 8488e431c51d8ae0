"""The fields of Query and Mutation: who may ask for each, and what answers it."""

from __future__ import annotations

from ..cluster.people import EVERYONE
from . import administration, artifacts, files, images, instance_types, jobs, paging, people, schedules, system
from .refusals import asking, not_authorised, reading


def for_managers(resolver):
    """A field of administrators and PrimeHub's own services."""

    def resolve(root, info, **arguments):
        if not info.context.caller.manages:
            raise not_authorised()
        return resolver(root, info, **arguments)

    return resolve


def for_users(resolver):
    """A field that needs a user: PrimeHub's own services are none."""

    def resolve(root, info, **arguments):
        if info.context.caller.user is None:
            raise not_authorised()
        return resolver(root, info, **arguments)

    return resolve


def paged(records, info, arguments):
    """A list's or its connection's answer."""
    connects = info.field_name.endswith("Connection")
    return paging.connection(records, arguments) if connects else paging.page_of(records, arguments)


def _group(_root, info, where):
    """PrimeHub decides once in a request whether the caller may see "the group", by the first that is asked for."""
    context = info.context
    if "group" not in context.rules:
        mine = context.caller.manages or where["id"] in (group.id for group in people.mine(context))
        context.rules["group"] = mine
    if not context.rules["group"]:
        raise not_authorised()
    found = asking(context.cluster.keycloak.group, where["id"])
    return people.group_view(context, found) if found else None


def _groups(_root, info, **arguments):
    everybody = [each for each in info.context.cluster.people.groups.values() if each.name != EVERYONE]
    return paged([people.group_view(info.context, each) for each in everybody], info, arguments)


def _users(_root, info, **arguments):
    found = [people.user_view(info.context, each) for each in info.context.cluster.people.users.values()]
    return paged(found, info, arguments)


def _instance_types(_root, info, **arguments):
    found = reading(info.context.cluster.kubernetes.list, instance_types.KIND)
    return paged([instance_types.full_view(info.context, each, people.group_view) for each in found], info, arguments)


def _instance_type(_root, info, where):
    return instance_types.full_view(info.context, instance_types.get(info.context, where["id"]), people.group_view)


def _images(_root, info, **arguments):
    return paged(images.listed(info.context, info, arguments, people.group_view), info, arguments)


def _application(_root, info, where):
    return reading(info.context.cluster.kubernetes.get, "phapplications", where["id"])


def _applications(_root, info, **_arguments):
    return reading(info.context.cluster.kubernetes.list, "phapplications")


def _jobs(_root, info, **arguments):
    return paged(jobs.listed(info.context, info, arguments), info, arguments)


def _schedules(_root, info, **arguments):
    return paged(schedules.listed(info.context, info, arguments), info, arguments)


def _revoke(_root, info, **_arguments):
    user = info.context.caller.user
    info.context.cluster.people.withdraw_tokens(user.id)
    return {"id": user.id}


def _cancel(_root, info, where):
    jobs.cancel(info.context, where["id"])
    return {"id": where["id"]}


def _remove_schedule(_root, info, where):
    schedules.remove(info.context, where["id"])
    return {"id": where["id"]}


def _run_schedule(_root, info, where):
    """PrimeHub answers the id and the name and treats the rest as if the job had none of it."""
    made = schedules.run(info.context, where["id"])
    gone: dict[str, object] = {"id": "undefined-not-found", "name": None, "tolerations": []}
    unnamed = {"artifact": lambda info: artifacts.prefix_of(None, ""), "instanceType": gone}
    return {"job": {**made, **unnamed}}


def _job_view(job):
    return lambda _root, info, **arguments: jobs.view(info.context, job(info.context, **arguments))


def _schedule_view(schedule):
    return lambda _root, info, **arguments: schedules.view(info.context, schedule(info.context, **arguments))


QUERIES = {
    "system": for_managers(lambda _root, info: system.settings(info.context)),
    "timezone": lambda _root, info: system.time_zone(info.context),
    "me": for_users(lambda _root, info: people.user(info.context, info.context.caller.user.id)),
    "user": lambda _root, info, where: people.user(info.context, where["id"]),
    "users": for_managers(_users),
    "usersConnection": for_managers(_users),
    "group": _group,
    "groups": for_managers(_groups),
    "groupsConnection": for_managers(_groups),
    "instanceType": for_managers(_instance_type),
    "instanceTypes": for_managers(_instance_types),
    "instanceTypesConnection": for_managers(_instance_types),
    "image": lambda _root, info, where: images.one(info.context, where["id"], people.group_view),
    "images": _images,
    "imagesConnection": _images,
    "files": for_users(lambda _root, info, where, options=None: files.listed(info.context, where, options)),
    "phApplication": for_users(_application),
    "phApplications": for_users(_applications),
    "license": lambda _root, info: system.licence(info.context),
    "phJob": for_users(_job_view(lambda context, where: jobs.one(context, where["id"]))),
    "phJobs": for_users(_jobs),
    "phJobsConnection": for_users(_jobs),
    "phSchedule": for_users(_schedule_view(lambda context, where: schedules.one(context, where["id"]))),
    "phSchedules": for_users(_schedules),
    "phSchedulesConnection": for_users(_schedules),
}
MUTATIONS = {
    "revokeApiToken": for_users(_revoke),
    "updateGroup": for_users(lambda _root, info, data, where: administration.update(info.context, where["id"], data)),
    "createImage": for_users(lambda _root, info, data: administration.create_image(info.context, data)),
    "deleteImage": for_users(lambda _root, info, where: administration.delete_image(info.context, where["id"])),
    "deleteFiles": for_users(lambda _root, info, where, options=None: files.delete(info.context, where, options)),
    "createPhJob": for_users(_job_view(jobs.create)),
    "rerunPhJob": for_users(_job_view(lambda context, where: jobs.rerun(context, where["id"]))),
    "cancelPhJob": for_users(_cancel),
    "cleanupPhJobArtifact": for_managers(lambda _root, _info: 0),
    "notifyPhJobEvent": for_managers(lambda _root, _info, data: 0),
    "createPhSchedule": for_users(_schedule_view(schedules.create)),
    "updatePhSchedule": for_users(
        _schedule_view(lambda context, where, data: schedules.update(context, where["id"], data))
    ),
    "runPhSchedule": for_users(_run_schedule),
    "deletePhSchedule": for_users(_remove_schedule),
}
