// English, what is said of logs, artifacts and resources: nothing in; the sentences out, in the shape of en.js.
define([], function () {
    "use strict";

    var strings = {
        log_region: "The job's log",
        log_tools: "What to do with the log",
        log_follow: "Follow",
        log_pause: "Pause",
        log_wrap: "Wrap lines",
        log_download: "Download",
        log_earlier: "Show it from the beginning",
        log_earlier_loading: "Fetching all of the log…",
        log_earlier_failed: "The beginning could not be fetched: {why}",
        log_earlier_unknown: "The log has moved on too far: its beginning does not fit any more. Download it instead.",
        log_from_beginning: "This is all of the log.",
        log_search: "Search in the log",
        log_search_none: "not found",
        log_search_place: "{place} of {count}",
        log_search_more: "{place} of {count}, still looking…",
        log_previous: "Previous match",
        log_next: "Next match",
        log_cut: "… {count} more characters are in the download",
        log_opening: "Opening the log…",
        log_live: "Live: {count} lines",
        log_live_last: "Live: the last {count} lines",
        log_live_empty: "The job has written nothing yet.",
        log_paused: "Paused at {count} lines; new ones come below.",
        log_broken: "The connection broke; trying again…",
        log_broken_why: "{why} Trying again…",
        log_complete: "Complete: {count} lines",
        log_complete_last: "Complete; these are the last {count} lines.",
        log_complete_empty: "The job has written nothing.",
        log_kept: "The job's pod is gone. This is what PrimeHub kept of its log.",
        log_dropped: "The first {count} lines are not shown any more; they are in the download.",
        log_try_again: "Try again",

        artifacts_loading: "Asking PrimeHub for the artifacts…",
        artifacts_table: "Artifacts of this job",
        artifacts_name: "Name",
        artifacts_size: "Size",
        artifacts_modified: "Written",
        artifacts_download: "Download {name}",
        artifacts_total: "{files}, {size}",
        artifacts_none_yet: "PrimeHub copies artifacts when the job has ended: what is then in the folder " +
            "artifacts of its home, {home}.",
        artifacts_none: "The job left no artifacts: nothing was in the folder artifacts of its home, {home}.",
        artifacts_notes: "PrimeHub keeps artifacts for {days} days after the job's end. It takes {files} files and " +
            "{size} at most; of more it copies nothing, and says so in the log.",
        artifacts_beside: "Written beside the notebook",
        artifacts_beside_why: "The notebook runs in its own folder, so what it wrote to artifacts is there, on the " +
            "group volume, and stays: {files} in {path}.",
        artifacts_beside_open: "Open the folder",
        artifacts_refresh: "Look again",

        resources_loading: "Asking PrimeHub what the job used…",
        resources_span: "Time",
        resources_span_15m: "15 minutes",
        resources_span_1h: "1 hour",
        resources_span_3h: "3 hours",
        resources_span_lifetime: "All of it",
        resources_cpu: "CPU",
        resources_memory: "Memory",
        resources_gpu: "GPU {index}",
        resources_gpu_memory: "Memory of GPU {index}",
        resources_empty: "Nothing was measured in this span.",
        resources_now: "now {value}",
        resources_last: "at last {value}",
        resources_peak: "peak {value}",
        resources_limit: "limit {value}",
        resources_plot: "{name} over {time}: {facts}",
        resources_cores: "{value} cores",
        resources_percent: "{value} %",
        resources_of: "Instance type: {name}",
        resources_stale: "Not up to date: {why}",

        size_bytes: "{value} B",
        size_kb: "{value} KB",
        size_mb: "{value} MB",
        size_gb: "{value} GB"
    };

    var counts = {files: ["{count} file", "{count} files"]};

    var errors = {
        cut_off: ["The connection broke.", "Try again."]
    };

    return {strings: strings, errors: errors, counts: counts};
});
