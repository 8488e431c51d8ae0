"""Words: what the dialogs call things, for the terminal, by the same keys (static/words/en_jobs.js); and hints.

A test holds both against each other, so that each thing has one wording.
"""

from __future__ import annotations

from ..errors import filled

WORDS = {
    "state_waiting": "Waiting",
    "state_starting": "Starting",
    "state_running": "Running",
    "state_succeeded": "Succeeded",
    "state_failed": "Failed",
    "state_cancelled": "Cancelled",
    "state_unknown": "Unknown",
    "column_state": "State",
    "column_name": "Name",
    "column_parameters": "Parameters",
    "column_progress": "Progress",
    "column_duration": "Duration",
    "column_user": "Who",
    "progress_of": "{done}/{total}",
    "failed_cell": "Cell {cell}",
    "failed_cell_error": "Cell {cell}: {error}",
    "error_named": "{name}: {value}",
    "jobs_none_group": "No notebook of this group has been run as a job yet.",
    "jobs_none": "This notebook has not been run as a job yet.",
    "jobs_none_hint": "A job runs a copy of the notebook on PrimeHub, from the first cell to the last, while you go on "
    "working. The executed copy appears beside the notebook.",
    "why_new": "Waiting for PrimeHub to give it its turn.",
    "why_quota": "Waiting: your quota, or that of the group, is in use by other jobs and notebooks.",
    "why_quota_of": "Waiting: the group's {resource} quota is in use ({used} of {quota}; this job needs {needed}).",
    "why_requeued": "Its container could not be started in three minutes, so PrimeHub tries again: {message}",
    "why_preparing": "Its turn has come; PrimeHub prepares its container.",
    "why_container": "Starting its container; the first time on a computer, the image has to be fetched.",
    "why_no_node": "Waiting for a computer with enough room: {message}",
    "why_running": "Running.",
    "why_kernel": "Starting the notebook's kernel.",
    "why_running_cell": "Running cell {cell} of {total}.",
    "why_succeeded": "The notebook ran to its end.",
    "why_succeeded_cells": "All {total} cells ran.",
    "why_other": "Ended at once, as it should: job {id} runs this notebook.",
    "why_cell": "Cell {cell} failed: {error}",
    "why_memory": "Out of memory: what the instance type {instance} has was not enough.",
    "why_memory_of": "Out of memory: the {memory} GB of {instance} were not enough.",
    "why_kernel_died": "The kernel died. Perhaps the instance type has too little memory.",
    "why_time": "Stopped at its time limit.",
    "why_time_of": "Stopped at the time limit of {limit}.",
    "why_not_started": "PrimeHub could not start it: {message}",
    "why_given_up": "PrimeHub has given up: its container could not be started, several times.",
    "why_failed": "It failed: {message}",
    "why_failed_plain": "It failed; the log says why.",
    "why_cancelled": "Cancelled.",
    "why_cancelled_cell": "Cancelled while cell {cell} of {total} ran.",
    "why_lost": "PrimeHub has lost sight of it: the computer it runs on does not answer.",
    "why_unknown": "PrimeHub says no more of it than “{phase}”.",
    "fact_id": "Job ID",
    "fact_parameters": "Parameters",
    "fact_no_parameters": "none: the notebook's own defaults",
    "fact_notebook": "Notebook",
    "fact_folder": "Working directory",
    "fact_output": "Output notebook",
    "fact_image": "Image",
    "fact_instance": "Instance type",
    "fact_user": "Submitted by",
    "fact_limit": "Time limit",
    "fact_created": "Submitted",
    "fact_started": "Started",
    "fact_finished": "Ended",
    "fact_duration": "Ran for",
    "cancel_sure": "Cancel “{name}”? What its cells have computed so far stays in the output notebook; the rest does "
    "not run.",
    "rerun_limit": "The time limit of {limit} is not taken over by PrimeHub: this run has the group's default.",
    "resource_cpu": "CPU",
    "resource_gpu": "GPU",
    "resource_memory": "memory",
    "seconds_tiny": "< 0.1 s",
    "seconds_short": "{s} s",
    "minutes_short": "{m} min",
    "minutes_seconds_short": "{m} min {s} s",
    "hours_short": "{h} h {m} min",
    "hours_only_short": "{h} h",
    "days_short": "{d} d {h} h",
}

# What to do, where the error's own hint speaks of what one clicks.
HINTS = {
    "token_required": "Enter it: jupyter primehub token",
    "token_rejected": "Try again in a few seconds: PrimeHub says the same while its login service is down. If it "
    "stays, request a new API token on PrimeHub's token page and enter it: jupyter primehub token",
    "submission_not_created": "Nothing was submitted. Run the same command again; it is safe.",
    "submission_unknown": "Run the same command again: whatever was created, the notebook runs once.",
    "submission_cancelled": "Run the same command again for another job.",
    "notebook_not_found": "Check the path.",
    "file_exists": "Choose another folder, or replace it with --overwrite.",
    "log_not_yet": "Wait for it with: jupyter primehub logs -f",
    "running_now": "Both would write the files that the notebook names. How far it is: jupyter primehub job {job}",
    "time_limit_short": "Give it more time with --time-limit, unless it has less to do this time. 0 means none.",
    "time_limit_reached_before": "Give it more time with --time-limit, unless it has less to do this time. 0 means "
    "none.",
    "internal_error": "Try again. If it stays, show your administrator what jupyter primehub doctor says.",
}


def text(key: str, **values: object) -> str:
    """A sentence with these values in it."""
    return filled(WORDS[key], values)


def duration(seconds: float) -> str:
    """So many seconds, with units that one reads at a glance."""
    if seconds < 0.1:
        return text("seconds_tiny")
    if seconds < 60:
        return text("seconds_short", s=f"{seconds:.1f}" if seconds < 10 else int(seconds))
    minutes, left = divmod(int(seconds), 60)
    if minutes < 60:
        return (
            text("minutes_seconds_short", m=minutes, s=left)
            if left and minutes < 10
            else text("minutes_short", m=minutes)
        )
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return text("hours_short", h=hours, m=minutes) if minutes else text("hours_only_short", h=hours)
    return text("days_short", d=hours // 24, h=hours % 24)
